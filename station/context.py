"""What every page knows without asking the database: the station's name and the reader's look."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEMES = ("", "light", "dark")  # "" follows the system
MODES = ("", "elder")  # elder: 长辈版, larger text and 7:1 contrast
THEME_COOKIE = "look-theme"
MODE_COOKIE = "look-mode"


@dataclass(frozen=True, kw_only=True)
class Site:
    """The station as a visitor reads it: who runs it, where it is, how to call it."""

    name: str
    host: str
    operator: str
    address: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """The reader's choices, kept in cookies; an unknown value counts as not chosen."""

    theme: str
    mode: str

    @property
    def dark_media(self) -> str:
        """Media query under which dark.css applies; empty when it never does."""
        if self.theme == "light":
            return ""
        return "screen" if self.theme == "dark" else "screen and (prefers-color-scheme: dark)"


def look_of(request: HttpRequest) -> Look:
    """Read the reader's look from the cookies alone."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    mode = request.COOKIES.get(MODE_COOKIE, "")
    return Look(
        theme=theme if theme in THEMES else "",
        mode=mode if mode in MODES else "",
    )


def site_of_settings() -> Site:
    """Read the station's public facts from the settings."""
    return Site(**settings.SITE)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context processor: site, look, and the page to return to after a switch.

    No query is made. After a POST the page cannot be asked for again, so only its path counts.
    """
    here = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    return {"site": site_of_settings(), "look": look_of(request), "here": here}
