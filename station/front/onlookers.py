"""Who had name and phone shown, in the words of the worker's page: unit and duty, never a name."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import Role
from requests_app.disclosure import Looks, Unmasking


def looks_of(looks: Looks) -> dict[str, Any]:
    """Say who had name and phone shown and why, and how often the words were opened."""
    return {
        "is_hidden": looks.is_hidden,
        "unmaskings": [
            {
                "at": each.at,
                "who": _onlooker(each),
                "reason": each.reason,
                "of_parties": each.of_parties,
            }
            for each in looks.unmaskings
        ],
        "opened": _opened(looks),
    }


def _onlooker(unmasking: Unmasking) -> str:
    role = str(Role(unmasking.role).label) if unmasking.role else _("工作人员")
    if not unmasking.unit:
        return role
    return _("%(unit)s的%(role)s") % {"unit": unmasking.unit, "role": role}


def _opened(looks: Looks) -> str:
    if not looks.openings:
        return _("您写的内容还没有人打开过。")
    words = ngettext(
        "您写的内容有%(people)d个人打开过，一共%(times)d次。",
        "您写的内容有%(people)d个人打开过，一共%(times)d次。",
        looks.readers,
    )
    return words % {"people": looks.readers, "times": looks.openings}
