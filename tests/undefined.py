"""A template name that nobody passed fails the test, in our own templates only.

Django prints nothing for an unknown name, which hides typing errors. Django's admin and
allauth lean on that silence, so the template in which the name stands decides.
"""

import sys
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.template.base import Node

OWN_TEMPLATES = Path(settings.BASE_DIR)
FOREIGN_PARTS = {".venv", "site-packages"}


class UndefinedTemplateName(AssertionError):
    """One of our templates uses a name that its context lacks."""


class RaisingMarker(str):
    """Stands in for ``string_if_invalid``: made from ``%s``, so Django formats it with the name."""

    __slots__ = ()

    def __mod__(self, name: object) -> str:
        origin = _rendering_template()
        if origin is not None and _is_own(origin):
            raise UndefinedTemplateName(f"{{{{ {name} }}}} in {origin}")
        return ""


def _rendering_template() -> Path | None:
    """Walk up the stack to the innermost node being rendered; it knows its template."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return Path(node.origin.name)
        frame = frame.f_back
    return None


def _is_own(template: Path) -> bool:
    return template.is_relative_to(OWN_TEMPLATES) and not FOREIGN_PARTS & set(template.parts)
