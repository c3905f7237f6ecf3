"""The hourly job drops what nobody asks for any more, and only that."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from oauth2_provider.models import AccessToken, set_token_value

from members.due import run_job
from members.models import Heartbeat, JobRun
from requests_app import due
from requests_app.models import FormKey
from tests.services.test_intake import register
from tests.town import MONDAY, Town

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_old_remains_go_and_young_ones_stay(town: Town) -> None:
    for age in (6 * DAY, 8 * DAY):
        JobRun.objects.create(job="seal", slot=str(age), claimed_at=MONDAY - age)
    for age in (HOUR, 2 * DAY):
        Heartbeat.objects.create(name=f"sweep:{age}", at=MONDAY - age)
    for key, ends in (("live", MONDAY + HOUR), ("gone", MONDAY - HOUR)):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    for age in (-HOUR, HOUR):
        token = AccessToken(expires=MONDAY - age, scope="", user=town.worker)
        set_token_value(token, f"token:{age}")
        token.save()
    register(town)
    register(town, form_key="f2")
    young = FormKey.objects.order_by("pk").last()
    assert young is not None
    young.expires_at = MONDAY
    young.save()
    FormKey.objects.exclude(pk=young.pk).update(expires_at=MONDAY - 2 * DAY)

    job = next(each for each in due.JOBS if each.name == "drop_remains")
    assert run_job(job, now=MONDAY) is True

    assert list(JobRun.objects.values_list("job", "claimed_at").order_by("claimed_at")) == [
        ("seal", MONDAY - 6 * DAY),
        ("drop_remains", MONDAY),
    ]
    assert AccessToken.objects.get().expires == MONDAY + HOUR
    assert Heartbeat.objects.get().name == f"sweep:{HOUR}"
    assert Session.objects.get().session_key == "live"
    assert FormKey.objects.get() == young
