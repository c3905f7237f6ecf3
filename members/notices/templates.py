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
    "timer.step": lambda p: _("诉求 %(number)s 有一个步骤到了时限。") % _of(p),
    "timer.instalment": lambda p: _("诉求 %(number)s 有一期款项到期未付清。") % _of(p),
    "timer.review": lambda p: _("诉求 %(number)s 的审核到了时限。") % _of(p),
    "timer.callback": lambda p: _("诉求 %(number)s 的回访到了时限。") % _of(p),
    "timer.silence": lambda p: _("诉求 %(number)s 还不能按无法回访办结，请继续回访。") % _of(p),
    "review.asked": lambda p: _("诉求 %(number)s 的结果请您审核。") % _of(p),
    "review.returned": lambda p: _("诉求 %(number)s 的结果被退回补办。") % _of(p),
    "callback.asked": lambda p: _("诉求 %(number)s 请您回访。") % _of(p),
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
