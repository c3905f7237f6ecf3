"""A request as one visitor meets it: what is there, what they may read and do."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language, gettext

from members.models import Account
from members.queries import working_calendar
from members.workdays import WorkCalendar
from requests_app.catalogue.snapshot import current_catalogue
from requests_app.catalogue.terms import Catalogue
from requests_app.dossier import Dossier, read_dossier
from requests_app.dossier_words import OpenWords, open_words
from requests_app.lifecycle import AFTER_HANDLING, State
from requests_app.models import Request
from requests_app.queries import Accesses, accesses_of, is_assigned, is_confidential, may_read_words
from requests_app.reading_access import may_settle_employer, may_work_on, note_view
from station.desk.access import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request for one visitor. ``words`` are empty unless the visitor ``reads``."""

    visitor: Visitor
    dossier: Dossier
    words: OpenWords
    catalogue: Catalogue
    calendar: WorkCalendar
    accesses: Accesses
    reads: bool
    works: bool
    is_secret: bool
    shows_parties: bool = False  # in clear, in this one answer

    @property
    def row(self) -> Request:
        """The request's own row."""
        return self.dossier.request

    @property
    def number(self) -> str:
        """The request's number."""
        return self.row.number

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.row.state)

    @property
    def account(self) -> Account:
        """Who visits."""
        return self.visitor.account

    @property
    def now(self) -> datetime:
        """The moment of the visit."""
        return self.visitor.now

    @property
    def today(self) -> date:
        """Its day."""
        return timezone.localdate(self.now)

    @property
    def handles(self) -> bool:
        """Whether the visitor works on it while the handling is not over.

        What cannot be done yet says why; what is over is silent.
        """
        return self.works and self.state not in AFTER_HANDLING

    @property
    def settles(self) -> bool:
        """Whether the visitor may say which employer is meant."""
        return may_settle_employer(self.visitor.scope, self.row, self.accesses)

    @property
    def is_handler(self) -> bool:
        """Whether the visitor signed for it."""
        return self.row.handler_id == self.account.pk

    @property
    def is_assignee(self) -> bool:
        """Whether it is the visitor's to review or to call back."""
        return is_assigned(self.visitor.scope, self.row)

    @property
    def is_english(self) -> bool:
        """Whether the visitor reads English: the catalogue has its own words for it."""
        return (get_language() or "").startswith("en")


def dossier_or_404(visitor: Visitor, number: str) -> Dossier:
    """Return the dossier; an unknown and a forbidden number end alike."""
    dossier = read_dossier(visitor.scope, number)
    if dossier is None:
        raise Http404
    return dossier


def meet_case(visitor: Visitor, number: str) -> Case:
    """Return the request as this visitor meets it. Opening its words is in the access log."""
    return case_of(visitor, dossier_or_404(visitor, number))


def sealed_case(visitor: Visitor, number: str) -> Case:
    """Return the request for an act that shows no words: they stay sealed, nothing is logged."""
    return case_of(visitor, dossier_or_404(visitor, number), opens=False)


def case_of(
    visitor: Visitor,
    dossier: Dossier,
    *,
    is_noted: bool = False,
    opens: bool = True,
    shows_parties: bool = False,
) -> Case:
    """Open a dossier for its visitor; ``is_noted`` says that the look is in the log already."""
    row, scope = dossier.request, visitor.scope
    catalogue = current_catalogue(timezone.localdate(visitor.now))
    accesses = accesses_of(catalogue)
    reads = may_read_words(scope, row, accesses)
    return Case(
        visitor=visitor,
        dossier=dossier,
        words=_opened(visitor, dossier, is_noted=is_noted) if reads and opens else OpenWords(),
        catalogue=catalogue,
        calendar=working_calendar(visitor.now),
        accesses=accesses,
        reads=reads,
        works=may_work_on(scope, row, accesses),
        is_secret=is_confidential(scope, row, accesses),
        shows_parties=shows_parties,
    )


def _opened(visitor: Visitor, dossier: Dossier, *, is_noted: bool) -> OpenWords:
    """Open the words; without the entry in the access log nothing is shown."""
    with transaction.atomic():
        if not is_noted:
            note_view(dossier.request, actor=visitor.account, now=visitor.now)
        return open_words(dossier)


# ---- why something cannot be done (yet) ------------------------------------------------


def why_not_work(case: Case) -> str:
    """Return why the visitor may not work on the request; "" when they may."""
    if case.works:
        return ""
    row = case.row
    if not case.reads:
        return gettext("内容仅指定人员可见，由承办人操作")
    unit = (row.holder or row.station).short_name
    return gettext("这一步由%(unit)s的办理人员操作，与单位有利害关系的人员须回避") % {"unit": unit}


def why_not_handle(case: Case) -> str:
    """Return why nothing may be written down for the handling now; "" when it may."""
    if case.state is State.SIGNED:
        return why_not_work(case)
    if case.state in AFTER_HANDLING:
        return gettext("结果已经提交，退回补办或重办后才能再改")
    return gettext("签收后才能登记")
