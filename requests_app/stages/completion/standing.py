"""The result that stands, with everything heard of it so far: one statement."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from requests_app.models import CallAttempt, Identity, Rating, Request, Result, Timer
from requests_app.models.timer import TimerRule
from requests_app.stages.completion.rules import Hearing, Opinion


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest result and what was heard of it."""

    result: Result
    hearing: Hearing

    def has_heard(self, source: str) -> bool:
        """Whether an opinion came in this way already."""
        return any(each.source == source for each in self.hearing.opinions)

    def with_opinion(self, opinion: Opinion) -> "Standing":
        """Return the same with one more opinion."""
        opinions = (*self.hearing.opinions, opinion)
        return replace(self, hearing=replace(self.hearing, opinions=opinions))

    def with_try(self, moment: datetime) -> "Standing":
        """Return the same with one more call without an opinion."""
        tries = (*self.hearing.tries, moment)
        return replace(self, hearing=replace(self.hearing, tries=tries))


def read_standing(request: Request, *, now: datetime) -> Standing:
    """Return what stands of a request; Result.DoesNotExist when nothing was submitted."""
    of_result, of_request = OuterRef("pk"), OuterRef("request")
    opinion = JSONObject(
        source="source", level="level", is_solved="is_solved", wants_rework="wants_rework"
    )
    tried = CallAttempt.objects.filter(result=of_result)  # an opinion ends what the tries are for
    phones = Identity.objects.filter(request=of_request, phone_sealed__isnull=False)
    silence = Timer.objects.filter(request=of_request, rule=TimerRule.SILENCE, level=0)
    result = (
        Result.objects.filter(request=request)
        .annotate(
            heard=ArraySubquery(
                Rating.objects.filter(result=of_result).order_by("pk").values(json=opinion)
            ),
            tried=ArraySubquery(tried.order_by("pk").values("tried_at")),
            has_phone=Exists(phones),
            silence_is_over=Exists(silence.filter(round=request.round, due_at__lte=now)),
        )
        .latest("number")
    )
    notes = vars(result)
    return Standing(
        result,
        Hearing(
            opinions=tuple(Opinion(**each) for each in notes["heard"]),
            tries=tuple(notes["tried"]),
            is_told=request.told_at is not None,
            can_be_called=notes["has_phone"],
            silence_is_over=notes["silence_is_over"],
            reworks=request.reworks,
        ),
    )
