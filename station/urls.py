"""URL map: front (workers) at the root, desk (staff), accounts, admin, api (machines)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("station.front.urls")),
    path("desk/", include("station.desk.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("station.accounts.urls")),
    path("api/", include("station.api.urls")),
]

handler400 = "station.errors.bad_request"
handler403 = "station.errors.forbidden"
handler404 = "station.errors.not_found"
handler500 = "station.errors.broken"
