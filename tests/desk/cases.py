"""Requests as the desk meets them, made by the real verbs."""

from datetime import datetime, timedelta
from itertools import count

from members.models import Account
from requests_app.clean_file import CleanFile
from requests_app.due import take_step
from requests_app.lifecycle import State, Via
from requests_app.models import Request
from requests_app.stages.routing.service import sign_for
from requests_app.stages.sensing.intake import Receipt, register_report
from requests_app.stages.sensing.report import Report
from tests.town import MONDAY, Town

STORY = (
    "我们店里二十个人，七月份开始就没发过工资，加起来有四十多万。"
    "老板在找人看店面，说要转让。我叫王秀英，电话13812345678。"
)
LATE_PAY = "公司欠我一个月工资三千元，请帮忙问问。"
HARASSED = "主管多次对我性骚扰，半夜发下流信息，我很害怕。"
_forms = count(1)


def register(
    town: Town, *, now: datetime = MONDAY, story: str = STORY, **changes: object
) -> Receipt:
    """Register a report of the town's station."""
    fields: dict[str, object] = {
        "station_id": town.station.pk,
        "station_code": town.station.code,
        "channel": "form",
        "applicant_kind": "worker",
        "story": story,
        "employer": "汀禾餐饮",
        "name": "王秀英",
        "phone": "13812345678",
        "approach": "unnamed",
        "form_key": f"desk-form-{next(_forms)}",
    }
    report = Report(**{**fields, **changes})  # type: ignore[arg-type]
    return register_report(report, via=Via.PERSON, now=now)


def dispatched(
    town: Town, *, now: datetime = MONDAY, story: str = STORY, **changes: object
) -> Request:
    """Register a report and let the machine take it to its holder."""
    made = register(town, now=now, story=story, **changes)
    for step in range(1, 4):
        take_step(made.request_id, via=Via.CELERY, now=now + timedelta(seconds=step))
    row = Request.objects.select_related("holder").get(pk=made.request_id)
    assert row.state == State.DISPATCHED, (row.state, row.parked_reason)
    return row


def signed(town: Town, by: Account, *, now: datetime = MONDAY) -> Request:
    """Take a request to its handler."""
    row = dispatched(town, now=now)
    moment = now + timedelta(minutes=5)
    return sign_for(row.pk, actor=by, version=row.version, now=moment)


def parked(town: Town, *, now: datetime = MONDAY) -> Request:
    """A request the machine gave up on."""
    made = register(town, now=now)
    Request.objects.filter(pk=made.request_id).update(
        parked_at=now, parked_reason="NobodyFree", attempts=8
    )
    return Request.objects.get(pk=made.request_id)


def photo() -> CleanFile:
    """The smallest picture."""
    return CleanFile(content_type="image/png", content=b"\x89PNG\r\n\x1a\n" + b"picture")
