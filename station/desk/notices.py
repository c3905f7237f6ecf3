"""The notices of the account that is logged in."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from members.models import Notice
from members.notices.notify import mark_read
from members.notices.templates import has_template, text_of
from station.desk.access import Visitor, staff_page

SHOWN = 100  # newest; older ones are in the timelines of their requests


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One notice in words."""

    id: int
    text: str
    href: str
    at: datetime
    is_unread: bool


@require_safe
@staff_page
def notices(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """List the account's notices, unread first."""
    rows = Notice.objects.filter(account=visitor.account).order_by("-id")[:SHOWN]
    lines = [_line(row) for row in rows]
    unread = [each for each in lines if each.is_unread]
    seen = [each for each in lines if not each.is_unread]
    context = {"lines": [*unread, *seen], "unread": len(unread)}
    return render(request, "desk/notices.html", context)


@require_POST
@staff_page
def notices_read(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Mark as read: POST notice (ids; the page sends those it showed)."""
    sent = request.POST.getlist("notice")
    ids = [int(each) for each in sent if each.isascii() and each.isdigit() and len(each) <= 18]
    mark_read(account_id=visitor.account.pk, notice_ids=ids, now=visitor.now)
    response = redirect("desk:notices")
    response.status_code = 303
    return response


def _line(row: Notice) -> NoticeLine:
    number = str(row.params.get("number", ""))
    known = has_template(row.template)
    return NoticeLine(
        id=row.pk,
        text=text_of(row.template, row.params) if known else gettext("有一条新通知"),
        href=reverse("desk:request-detail", args=[number]) if number else "",
        at=row.created_at,
        is_unread=row.read_at is None,
    )
