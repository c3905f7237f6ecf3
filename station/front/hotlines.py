"""Telephone numbers that help at once, and which of them goes first for words of danger."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from station.parts import Words


@dataclass(frozen=True, slots=True)
class Hotline:
    """A number anybody can call, and in a few words what for."""

    number: str
    label: Words


POLICE: Final = Hotline("110", _("报警"))
FIRE: Final = Hotline("119", _("火警"))
AMBULANCE: Final = Hotline("120", _("急救"))
MIND: Final = Hotline("12356", _("心理援助"))
UNION: Final = Hotline("12351", _("工会热线"))
CITY: Final = Hotline("12345", _("市民热线"))
LABOUR: Final = Hotline("12333", _("人社咨询"))
LEGAL: Final = Hotline("12348", _("法律援助"))

EMERGENCY: Final = (POLICE, FIRE, AMBULANCE, MIND)
ADVICE: Final = (UNION, CITY, LABOUR, LEGAL)

# By flag, most pressing flag first; docs/rules.md, "Words of danger".
_BY_FLAG: Final = (
    ("self_harm", (MIND, AMBULANCE, POLICE)),
    ("violence", (POLICE, AMBULANCE, UNION)),
    ("safety", (FIRE, POLICE, AMBULANCE)),
)


def hotlines_for(flags: Collection[str]) -> tuple[Hotline, ...]:
    """Return the numbers to show first for these flags; none without words of danger."""
    for flag, lines in _BY_FLAG:
        if flag in flags:
            return lines
    return ()
