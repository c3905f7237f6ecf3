"""The inbox: what to do now, what is due, what else is open. Fragment and page are one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from members.queries import provisional_years, working_calendar
from members.scope import Scope
from members.workdays import SHANGHAI, WorkCalendar
from requests_app.catalogue.snapshot import current_catalogue, item_terms
from requests_app.catalogue.terms import Catalogue
from requests_app.inbox import (
    LAST_PAGE,
    PAGE_SIZE,
    Counts,
    Group,
    InboxAsk,
    InboxPage,
    View,
    count_views,
    read_inbox,
)
from requests_app.lifecycle import Stage
from requests_app.models import Request
from requests_app.models.choices import Urgency
from requests_app.queries import accesses_of, is_confidential
from station import parts
from station.desk import words
from station.desk.access import Visitor, staff_page

VIEW_LABELS: Mapping[View, parts.Words] = {
    View.MINE: _("待我处理"),
    View.OPEN: _("全站在办"),
    View.UNSIGNED: _("待签收"),
    View.OVERDUE: _("超期"),
    View.PARKED: _("停置"),
    View.CLOSED: _("已办结"),
}
GROUP_LABELS: Mapping[Group, parts.Words] = {
    Group.NOW: _("立即处理"),
    Group.SOON: _("今明到期"),
    Group.REST: _("其余在办"),
}


@require_safe
@staff_page
def inbox(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show the inbox. With htmx the same list comes alone, every 30 seconds.

    GET: view, stage, urgency, class, page. Unknown values count as not given.
    """
    now = visitor.now
    calendar = working_calendar(now)
    catalogue = current_catalogue(timezone.localdate(now))
    ask = ask_of(request, catalogue)
    found = read_inbox(
        visitor.scope,
        ask,
        accesses=accesses_of(catalogue),
        now=now,
        soon_until=_soon_until(now, calendar),
    )
    counts = count_views(visitor.scope, now=now)
    context = {
        "ask": ask,
        "address": address(ask, page=ask.page),
        "views": _views(ask, counts),
        "chips": _chips(ask, catalogue),
        "groups": _groups(found, visitor.scope, catalogue, now=now, calendar=calendar),
        "page": _page(found, ask),
        "view_label": VIEW_LABELS[ask.view],
        "is_filtered": bool(ask.stage or ask.urgency or ask.class_code),
        "start": address(InboxAsk(view=ask.view)),
        "parked": counts.views[View.PARKED],
        "parked_address": address(InboxAsk(view=View.PARKED)),
        "unread": counts.unread,
        "today": words.today_words(now),
        "refreshed_note": gettext("%(time)s刷新，每30秒更新")
        % {"time": f"{timezone.localtime(now):%H:%M}"},
        "is_workday": calendar.is_workday(timezone.localdate(now)),
        "provisional": provisional_years(now),
    }
    whole = "desk/inbox.html" if not request.headers.get("HX-Request") else "desk/inbox.html#list"
    return render(request, whole, context)


def ask_of(request: HttpRequest, catalogue: Catalogue) -> InboxAsk:
    """Read what is asked for; whatever is not known counts as not given."""
    sent = request.GET
    view, page = sent.get("view", ""), sent.get("page", "")
    classes = {each.code for each in catalogue.classes}
    is_page = page.isascii() and page.isdigit() and len(page) <= 4
    return InboxAsk(
        view=View(view) if view in View else View.OPEN,
        stage=_known(sent.get("stage", ""), {each.value for each in Stage}),
        urgency=_known(sent.get("urgency", ""), set(Urgency.values)),
        class_code=_known(sent.get("class", ""), classes),
        page=min(max(int(page), 1), LAST_PAGE) if is_page else 1,
    )


def address(ask: InboxAsk, *, page: int = 1) -> str:
    """Return the address of a list."""
    asked = {
        "view": ask.view.value if ask.view is not View.OPEN else "",
        "stage": ask.stage,
        "urgency": ask.urgency,
        "class": ask.class_code,
        "page": page if page > 1 else "",
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse("desk:inbox") + (f"?{query}" if query else "")


def _known(value: str, allowed: set[str]) -> str:
    return value if value in allowed else ""


def _soon_until(now: datetime, calendar: WorkCalendar) -> datetime:
    """Return the end of the next working day."""
    tomorrow = calendar.add_workdays(now.astimezone(SHANGHAI).date(), 1)
    return datetime.combine(tomorrow, datetime.max.time(), SHANGHAI)


def _views(ask: InboxAsk, counts: Counts) -> list[parts.View]:
    """The tabs; 停置 only while something is parked."""
    return [
        parts.View(
            label=label,
            href=address(InboxAsk(view=view)),
            is_current=view is ask.view,
            count=counts.views[view],
            is_alert=view in {View.OVERDUE, View.PARKED} and counts.views[view] > 0,
        )
        for view, label in VIEW_LABELS.items()
        if view is not View.PARKED or counts.views[view] or ask.view is view
    ]


def _chips(ask: InboxAsk, catalogue: Catalogue) -> dict[str, list[parts.Chip]]:
    """The filters: each choice a link that keeps the others; one that is on takes itself off."""

    def chip(label: parts.Words, field: str, value: str) -> parts.Chip:
        is_on = getattr(ask, field) == value
        wanted: dict[str, Any] = {field: "" if is_on else value}
        changed = replace(ask, page=1, **wanted)
        return parts.Chip(label=label, href=address(changed), is_on=is_on)

    return {
        "urgency": [
            chip(Urgency(each).label, "urgency", each) for each in reversed(Urgency.values)
        ],
        "stage": [chip(words.stage_label(each), "stage", each.value) for each in Stage],
        "class": [
            chip(words.term_label(each), "class_code", each.code) for each in catalogue.classes
        ],
    }


def _page(found: InboxPage, ask: InboxAsk) -> Page[Request]:
    """Return the page as Django's pager knows it; the rows are already the right ones."""
    pages: Paginator[Request] = _Counted(found.rows, PAGE_SIZE)
    pages.count = found.total
    return Page(found.rows, min(ask.page, found.pages), pages)


class _Counted(Paginator[Request]):
    """A paginator whose count came with the rows."""

    count = 0  # known from the rows, never asked again


def _groups(
    found: InboxPage,
    scope: Scope,
    catalogue: Catalogue,
    *,
    now: datetime,
    calendar: WorkCalendar,
) -> list[parts.QueueGroup]:
    accesses = accesses_of(catalogue)
    grouped: dict[Group, list[parts.QueueRow]] = {}
    for row, group in zip(found.rows, found.groups, strict=True):
        secret = is_confidential(scope, row, accesses)
        line = queue_row(row, catalogue, secret=secret, now=now, calendar=calendar)
        grouped.setdefault(group, []).append(line)
    return [
        parts.QueueGroup(
            label=GROUP_LABELS[group],
            count=found.group_totals[group],
            rows=rows,
            is_now=group is Group.NOW,
        )
        for group, rows in grouped.items()
    ]


def queue_row(
    row: Request, catalogue: Catalogue, *, secret: bool, now: datetime, calendar: WorkCalendar
) -> parts.QueueRow:
    """Return one line of the list. A confidential request shows neither matter nor employer."""
    firm = row.enterprise
    signing = words.sign_light(row, now=now, calendar=calendar)
    due_at = row.sign_by if signing else row.due_at
    return parts.QueueRow(
        href=reverse("desk:request-detail", args=[row.number]),
        number=row.number,
        source=words.channel_label(row.channel),
        light=words.light_words(words.worst_light(row, now=now, calendar=calendar)),
        urgency=row.urgency,
        title=title_of(row, catalogue, secret=secret),
        note=gettext("内容仅指定人员可见") if secret else _note(row, catalogue),
        firm=gettext("已隐去") if secret else (firm.name if firm else ""),
        place=firm.community.name if firm and firm.community and not secret else "",
        headcount=None if secret else row.headcount,
        stage=words.stage_number(row.stage),
        state=gettext("停置") if row.is_parked else gettext(row.state_label),
        holder=_holder(row, secret=secret),
        holder_note="" if secret or not row.holder or not row.handler else row.holder.short_name,
        due=words.moment_words(due_at, now=now),
        due_note=gettext("签收") if signing else (gettext("办结") if due_at else ""),
        is_seen=row.handler_id is not None,
    )


def title_of(row: Request, catalogue: Catalogue, *, secret: bool) -> str:
    """Return the title of a request: its item, neutral for whom it is confidential to."""
    if secret:
        return gettext("专人办理事项")
    item = item_terms(row.item_id)
    if item is not None:
        return words.term_label(item)
    return words.topic_label(catalogue, row.topic) or gettext("待归类诉求")


def _note(row: Request, catalogue: Catalogue) -> str:
    """Second line: class and flags; nothing that names a person."""
    item = item_terms(row.item_id)
    told = [words.topic_label(catalogue, item.class_code)] if item else []
    return " · ".join([*told, *words.flag_labels(catalogue, row.flags)])


def _holder(row: Request, *, secret: bool) -> str:
    if secret:
        return gettext("专人")
    if row.handler:
        return row.handler.name
    return row.holder.short_name if row.holder else ""
