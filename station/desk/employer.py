"""Which employer a request is about: what is known, the search in the register, its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import Enterprise
from members.queries import find_enterprises
from requests_app.dossier import Dossier
from requests_app.dossier_words import OpenWords
from requests_app.lifecycle import State
from requests_app.models import Request
from requests_app.stages.sensing.report import EMPLOYER_MAX
from station.desk.forms import TOO_LONG
from station.fields import SafeForm, TextField

MOST_HITS = 8  # more are no choice to read through; the search is to be told more


class EmployerSearch(SafeForm):
    """A search in the register of enterprises. Only a name as registered needs no choosing."""

    employer = TextField(
        label=_("在名录里找"),
        help_text=_("名称、拼音、首字母或信用代码。"),
        max_length=EMPLOYER_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "employers"}),
        error_messages={
            "required": _("请写名称、拼音、首字母或信用代码"),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.hits: Sequence[Enterprise] = ()
        self.has_more = False
        self.fields["employer"].widget.attrs |= {
            "hx-get": reverse("desk:employer-names"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#employers",
        }

    def clean_employer(self) -> str:
        """Look the term up; what the register does not have is an error beside the field."""
        term: str = self.cleaned_data["employer"]
        found = find_enterprises(term, limit=MOST_HITS + 1)
        if not found:
            raise forms.ValidationError(
                _("名录里没有找到。换个写法再找，或点“名录里没有这家单位”。")
            )
        self.hits, self.has_more = found[:MOST_HITS], len(found) > MOST_HITS
        return term

    def sure_hit(self) -> Enterprise | None:
        """Return the only enterprise that is called exactly so, None when a person must choose."""
        term = self.cleaned_data.get("employer", "")
        same = [
            each
            for each in self.hits
            if term in {each.name, each.short_name} or term.upper() == each.credit_code
        ]
        return same[0] if len(same) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """What the page says of the employer, and whether its reader may settle it."""

    firm: str  # "" while none is linked
    typed: str  # what the sender wrote
    is_settled: bool
    shuts_out: bool  # everybody with a tie waits for an answer
    asks_for_recusal: bool
    has_proposals: bool
    may_settle: bool
    search: EmployerSearch
    is_open: bool  # a search has just been answered


def employer_of(
    dossier: Dossier, opened: OpenWords, *, may_settle: bool, search: EmployerSearch | None
) -> Employer:
    """Return what the page shows of the employer. ``search`` is the one just made."""
    row = dossier.request
    return Employer(
        firm=row.enterprise.name if row.enterprise else "",
        typed=opened.employer,
        is_settled=row.employer_is_settled,
        shuts_out=row.shunned.is_everybody_tied,
        asks_for_recusal=row.needs_recusal,
        has_proposals=any(each.kind == "enterprise" for each in dossier.findings),
        may_settle=may_settle and _is_read(row),
        search=search or EmployerSearch(),
        is_open=search is not None,
    )


def _is_read(row: Request) -> bool:
    return State(row.state) is not State.REGISTERED
