"""The station's own addresses, and the components' page that a developer has beside them."""

from station.desk import urls as desk
from station.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

desk.urlpatterns.extend(desk.design_patterns)
