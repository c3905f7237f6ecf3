"""What is open now, by stage and light: one statement. For a page that hangs on a wall."""

from collections.abc import Mapping

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from requests_app.alarms import RUNNING
from requests_app.clock import LightColor
from requests_app.figures.window import Window
from requests_app.lifecycle import Stage, State
from requests_app.models import Request, Timer
from requests_app.models.timer import TimerRule

type Standing = Mapping[Stage, Mapping[LightColor, int]]


def read_standing(requests: QuerySet[Request], window: Window) -> Standing:
    """Count the open requests of each stage by their light as it stands at ``window.now``."""
    found: dict[Stage, dict[LightColor, int]] = {stage: {} for stage in Stage}
    counted = (
        requests.exclude(state=State.CLOSED)
        .order_by()
        .annotate(light=_light(window))
        .values_list("stage", "light")
        .annotate(amount=Count("pk"))
    )
    for stage, light, amount in counted:
        found[Stage(stage)][LightColor(light)] = amount
    return found


def _light(window: Window) -> Case:
    """Return the light of an open request.

    Red is what the inbox calls overdue; yellow begins with the timer of that light.
    """
    turned = Timer.objects.filter(
        request=OuterRef("pk"),
        round=OuterRef("round"),
        rule=TimerRule.LIGHT_YELLOW,
        due_at__lte=window.now,
    )
    # A parked request stands in a state of the machine and is late all the same.
    late = Q(due_at__lt=window.now) & (Q(state__in=RUNNING) | Q(answered_at=None))
    unsigned = Q(state=State.DISPATCHED, sign_by__lt=window.now)
    answered = ~Q(state__in=RUNNING) & Q(answered_at__isnull=False)
    return Case(
        When(late | unsigned, then=Value(LightColor.RED)),
        When(answered, then=Value(LightColor.MET)),
        When(due_at=None, then=Value(LightColor.UNSTARTED)),
        When(Exists(turned), then=Value(LightColor.YELLOW)),
        default=Value(LightColor.GREEN),
        output_field=CharField(),
    )
