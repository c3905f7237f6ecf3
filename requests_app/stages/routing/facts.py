"""Gather what the routing rules ask about one request."""

from datetime import date, datetime, timedelta

from members.models import CalendarDay
from members.workdays import SHANGHAI
from requests_app.catalogue.terms import Facts, ItemTerms
from requests_app.models import Finding, Identity, Request

REPEAT_DAYS = 30
SAME_ENTERPRISE_DAYS = 15


def gather_facts(request: Request, item: ItemTerms | None, *, now: datetime) -> Facts:
    """Return the facts of a sensed request; five statements at most."""
    findings = list(Finding.objects.filter(request=request).only("kind", "code", "value"))
    class_code = item.class_code if item else request.topic
    return Facts(
        headcount=request.headcount,
        shared_demand=any(each.kind == "shared" and each.value["low"] == 1 for each in findings),
        amount_fen=request.amount_fen,
        cues=frozenset(each.code for each in findings if each.kind == "cue"),
        flags=frozenset(request.flags),
        class_code=class_code,
        days_to_spring_festival=_days_to_spring_festival(now.astimezone(SHANGHAI).date()),
        repeat_30d=_count_repeats(request, item, now=now),
        same_enterprise_15d=_count_same_enterprise(request, class_code, now=now),
    )


def _days_to_spring_festival(today: date) -> int | None:
    """Return the days until the next Spring Festival in the calendar, None when unknown."""
    row = (
        CalendarDay.objects.filter(kind="holiday", name__contains="春节", date__gte=today)
        .order_by("date")
        .first()
    )
    return (row.date - today).days if row else None


def _count_repeats(request: Request, item: ItemTerms | None, *, now: datetime) -> int:
    """Count this person's requests on the same item within 30 days, this one included.

    Every version of the item counts: a revision in between makes nobody new.
    """
    identity = Identity.objects.filter(request=request).only("phone_index").first()
    if identity is None or identity.phone_index is None or item is None:
        return 0
    return Request.objects.filter(
        identity__phone_index=identity.phone_index,
        item__code=item.code,
        registered_at__gte=now - timedelta(days=REPEAT_DAYS),
    ).count()


def _count_same_enterprise(request: Request, class_code: str, *, now: datetime) -> int:
    """Count requests of the class about the same enterprise within 15 days, this included."""
    if request.enterprise_id is None or not class_code:
        return 0
    return Request.objects.filter(
        enterprise=request.enterprise_id,
        item__class_code=class_code,
        registered_at__gte=now - timedelta(days=SAME_ENTERPRISE_DAYS),
    ).count()
