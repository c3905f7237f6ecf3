"""The body of a new request, held to the same limits as the web form."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from members.models import Unit
from members.numbers import NumberError, normalise_phone
from requests_app.models.choices import ApplicantKind, Approach, Channel
from requests_app.stages.sensing.report import EMPLOYER_MAX, NAME_MAX, STORY_MAX, Report
from station.api.bodies import Body, Choice, Flag, Text

PHONE_TYPED_MAX = 40  # with blanks, brackets and country code
CODE_MAX = 24


class NewRequest(Body):
    """What a platform hands on: what happened, where, and who asks unless nobody may know."""

    station = Text(max_length=CODE_MAX, help_text=_("片区服务站代码，须归该账号管"))
    story = Text(max_length=STORY_MAX, help_text=_("发生了什么：什么时候、多少人、多少钱"))
    applicant_kind = Choice(
        ApplicantKind.choices, default=ApplicantKind.WORKER.value, help_text=_("谁提出的")
    )
    topic = Text(
        max_length=8, allow_blank=True, default="", help_text=_("事项大类代码；拿不准就不填")
    )
    employer = Text(
        max_length=EMPLOYER_MAX, allow_blank=True, default="", help_text=_("哪家单位，照所说的写")
    )
    is_anonymous = Flag(
        default=False, help_text=_("匿名时不带姓名和手机号，正文里的号码和自称会换成占位词")
    )
    name = Text(
        max_length=NAME_MAX,
        allow_blank=True,
        default="",
        help_text=_("姓名；不匿名时姓名和手机号至少一样"),
    )
    phone = Text(
        max_length=PHONE_TYPED_MAX, allow_blank=True, default="", help_text=_("11位手机号")
    )
    approach = Choice(
        Approach.choices,
        default=Approach.NONE.value,
        help_text=_("可以怎样联系单位，由诉求人决定；没有说定就是none"),
    )

    def validate_station(self, code: str) -> Unit:
        """Return the station. One of somebody else's is as unknown as one that is not there."""
        unit: Unit | None = self.context["stations"].get(code)
        if unit is None:
            raise ValidationError(
                gettext("没有这个服务站，或者不归该账号管"), code="unknown_station"
            )
        return unit

    def validate_topic(self, code: str) -> str:
        """Return a class code of the catalogue in force, or ""."""
        if code and code not in self.context["classes"]:
            raise ValidationError(gettext("没有这个事项大类"), code="invalid_choice")
        return code

    def validate_phone(self, text: str) -> str:
        """Return the 11 digits."""
        if not text:
            return ""
        try:
            return normalise_phone(text)
        except NumberError as error:
            raise ValidationError(gettext("须是11位手机号"), code="invalid_phone") from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check what several fields say together."""
        is_named = bool(attrs["name"] or attrs["phone"])
        if attrs["is_anonymous"] and is_named:
            raise _contradiction("is_anonymous", _("匿名时不能带姓名和手机号"))
        if not attrs["is_anonymous"] and not is_named:
            raise _contradiction("name", _("姓名和手机号至少填一样；不愿留就匿名"))
        if attrs["is_anonymous"] and attrs["approach"] == Approach.NAMED:
            raise _contradiction("approach", _("匿名时不能向单位提名字"))
        return attrs


def report_of(cleaned: Mapping[str, Any], *, form_key: str) -> Report:
    """Return the cleaned body as a report of the channel "platform"."""
    station: Unit = cleaned["station"]
    told = {name: value for name, value in cleaned.items() if name != "station"}
    return Report(
        station_id=station.pk,
        station_code=station.code,
        channel=Channel.PLATFORM,
        form_key=form_key,
        **told,
    )


def _contradiction(field: str, words: object) -> ValidationError:
    return ValidationError({field: [ErrorDetail(str(words), code="contradiction")]})
