"""The desk's sidebar as data. A place appears once its url name exists: no dead link."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type Label = str | Promise


@dataclass(frozen=True, kw_only=True)
class Place:
    """One line of the sidebar. `under` lists further url names that count as being there."""

    url_name: str
    label: Label
    icon: str
    under: tuple[str, ...] = ()
    admin_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """A heading with its places; the first group has no heading."""

    label: Label
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A place as the page draws it."""

    href: str
    label: Label
    icon: str
    is_current: bool


GROUPS = (
    Group(
        label="",
        places=(
            Place(
                url_name="desk:inbox",
                label=_("收件箱"),
                icon="inbox",
                under=("desk:request-detail",),
            ),
            Place(url_name="desk:request-new", label=_("登记诉求"), icon="phone-incoming"),
        ),
    ),
    Group(
        label=_("成效"),
        places=(
            Place(
                url_name="desk:figures",
                label=_("统计"),
                icon="chart-no-axes-column",
                under=("desk:figure-rows",),
            ),
            Place(url_name="desk:wall", label=_("驾驶舱"), icon="monitor"),
        ),
    ),
    Group(
        label=_("管理"),
        places=(
            Place(
                url_name="admin:index",
                label=_("基础数据"),
                icon="sliders-horizontal",
                admin_only=True,
            ),
        ),
    ),
)


def links_for(request: HttpRequest) -> tuple[tuple[Label, tuple[Link, ...]], ...]:
    """Return the groups with the links that exist and that this account may follow."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    groups = []
    for group in GROUPS:
        links = tuple(
            link for place in group.places if (link := _link(place, request, here)) is not None
        )
        if links:
            groups.append((group.label, links))
    return tuple(groups)


def _link(place: Place, request: HttpRequest, here: str) -> Link | None:
    if place.admin_only and not request.user.is_staff:
        return None
    try:
        href = reverse(place.url_name)
    except NoReverseMatch:
        return None
    return Link(
        href=href,
        label=place.label,
        icon=place.icon,
        is_current=here == place.url_name or here in place.under,
    )
