"""What a notice says. Texts hold numbers and codes, never a name, a phone or a narrative.

A template is looked up by its code. An unknown code stops the verb that queues it: a
notice that cannot be read must not be written.
"""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

type Params = Mapping[str, object]
type Text = Callable[[Params], str]


class UnknownTemplate(LookupError):
    """A notice was queued under a code that has no text."""


def _of(params: Params) -> dict[str, object]:
    return {"number": params.get("number", "")}


TEXTS: Mapping[str, Text] = {
    "request.crisis": lambda p: _("诉求 %(number)s 含有危险信号，请立即查看。") % _of(p),
    "request.dispatched": lambda p: _("诉求 %(number)s 已派到本单位，请签收。") % _of(p),
    "timer.sign_for": lambda p: _("诉求 %(number)s 签收时限已到，请尽快签收。") % _of(p),
    "timer.light_yellow": lambda p: _("诉求 %(number)s 办理期限临近。") % _of(p),
    "timer.light_red": lambda p: _("诉求 %(number)s 已超过办理期限。") % _of(p),
}


def has_template(code: str) -> bool:
    """Whether a notice may be queued under the code."""
    return code in TEXTS


def text_of(code: str, params: Params) -> str:
    """Return the notice in the language of the reader. Raises UnknownTemplate."""
    try:
        text = TEXTS[code]
    except KeyError as error:
        raise UnknownTemplate(code) from error
    return text(params)
