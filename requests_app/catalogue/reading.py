"""Reads catalogue rows, from TOML or from database values, into terms.

A row that cannot be read is refused with the name of its field; nothing is skipped and
nothing is guessed (a rule that cannot be read must not switch itself off).
Pure: no database, no clock.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Never

from requests_app.catalogue import terms
from requests_app.catalogue.facts import CUES, NUMBER_FACTS, WORD_FACTS, YES_NO_FACTS, Condition
from requests_app.catalogue.problems import CatalogueError, Problem, Reason

type Raw = Mapping[str, object]


class Row:
    """One raw row; each field is taken once, what is left over at `done` is unknown."""

    def __init__(self, noun: str, raw: Raw) -> None:
        """Keep the given values apart from None, which means not given."""
        self.noun = noun
        self.code = str(raw.get("code", ""))
        self._left = {key: value for key, value in raw.items() if value is not None}

    def refuse(self, reason: Reason, field: str, value: object = "") -> Never:
        """Raise CatalogueError about one field of this row."""
        problem = Problem(
            reason=reason, noun=self.noun, code=self.code, field=field, value=str(value)
        )
        raise CatalogueError((problem,))

    def _take(self, field: str) -> object:
        if field not in self._left:
            self.refuse("missing", field)
        return self._left.pop(field)

    def has(self, field: str) -> bool:
        """Whether the field is given and not yet taken."""
        return field in self._left

    def text(self, field: str, default: str | None = None) -> str:
        """Take a text; without a default it must be given and not be blank."""
        if default is not None and not self.has(field):
            return default
        value = self._take(field)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.refuse("unreadable", field, value)
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """Take a list of different, non-blank texts; empty when not given."""
        value = self._left.pop(field, ())
        if not isinstance(value, list | tuple):
            self.refuse("unreadable", field, value)
        for each in value:
            if not isinstance(each, str) or not each.strip():
                self.refuse("unreadable", field, each)
        if len(set(value)) != len(value):
            self.refuse("duplicate", field, value)
        return tuple(value)

    def whole(self, field: str, *, at_least: int = 0, at_most: int | None = None) -> int:
        """Take a whole number within its bounds."""
        value = self._take(field)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse("unreadable", field, value)
        if value < at_least or (at_most is not None and value > at_most):
            self.refuse("unreadable", field, value)
        return value

    def whole_or_none(self, field: str, *, at_least: int = 0) -> int | None:
        """Take a whole number, None when not given."""
        return self.whole(field, at_least=at_least) if self.has(field) else None

    def hours(self, field: str) -> float:
        """Take a positive number of hours."""
        value = self._take(field)
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            self.refuse("unreadable", field, value)
        return float(value)

    def yes_or_no(self, field: str) -> bool:
        """Take a yes or no; no when not given."""
        value = self._left.pop(field, False)
        if not isinstance(value, bool):
            self.refuse("unreadable", field, value)
        return value

    def choice[T: str](self, field: str, allowed: Sequence[T]) -> T:
        """Take one of the allowed words."""
        value = self._take(field)
        chosen = next((each for each in allowed if each == value), None)
        if chosen is None:
            self.refuse("unreadable", field, value)
        return chosen

    def rows(self, field: str) -> tuple[Raw, ...]:
        """Take a list of nested rows, at least one."""
        value = self._take(field)
        if not isinstance(value, list | tuple) or not value:
            self.refuse("unreadable", field, value)
        if not all(isinstance(each, Mapping) for each in value):
            self.refuse("unreadable", field, value)
        return tuple(value)

    def table(self, field: str) -> Raw:
        """Take one nested row."""
        value = self._take(field)
        if not isinstance(value, Mapping):
            self.refuse("unreadable", field, value)
        return value

    def done(self) -> None:
        """Refuse whatever nobody asked for: a misspelt field must not pass in silence."""
        for field, value in self._left.items():
            self.refuse("unknown_field", field, value)


def _read[T](noun: str, raw: Raw, build: Callable[[Row], T]) -> T:
    row = Row(noun, raw)
    made = build(row)
    row.done()
    return made


def read_grade(raw: Raw) -> terms.GradeTerms:
    """Read one grade."""
    return _read(
        "grade",
        raw,
        lambda row: terms.GradeTerms(
            code=row.text("code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            handle_workdays=row.whole("handle_workdays", at_least=1),
            extend_workdays=row.whole("extend_workdays"),
            max_extensions=row.whole("max_extensions"),
        ),
    )


def read_urgency(raw: Raw) -> terms.UrgencyTerms:
    """Read one urgency level."""
    return _read(
        "urgency",
        raw,
        lambda row: terms.UrgencyTerms(
            code=row.text("code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            rank=row.whole("rank"),
            clock=row.choice("clock", terms.CLOCKS),
            accept_hours=row.hours("accept_hours"),
            route_hours=row.hours("route_hours"),
            contact_hours=row.hours("contact_hours"),
            report_up_hours=row.hours("report_up_hours") if row.has("report_up_hours") else None,
        ),
    )


def read_flag(raw: Raw) -> terms.FlagTerms:
    """Read one flag; a task needs its clock and a clock its task."""

    def build(row: Row) -> terms.FlagTerms:
        made = terms.FlagTerms(
            code=row.text("code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            access=row.choice("access", terms.ACCESSES),
            mask=row.choice("mask", terms.MASKS),
            notify=row.texts("notify"),
            task=row.text("task", ""),
            task_en=row.text("task_en", ""),
            task_minutes=row.whole_or_none("task_minutes", at_least=1),
        )
        if bool(made.task) != (made.task_minutes is not None):
            row.refuse("missing", "task_minutes" if made.task else "task")
        return made

    return _read("flag", raw, build)


def read_party(raw: Raw) -> terms.PartyTerms:
    """Read one party."""
    return _read(
        "party",
        raw,
        lambda row: terms.PartyTerms(
            code=row.text("code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            is_enterprise_side=row.yes_or_no("is_enterprise_side"),
        ),
    )


def read_class(raw: Raw) -> terms.ClassTerms:
    """Read one class of items."""
    return _read(
        "class",
        raw,
        lambda row: terms.ClassTerms(
            code=row.text("code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            order=row.whole("order"),
        ),
    )


def read_conditions(code: str, raws: Sequence[Raw]) -> tuple[Condition, ...]:
    """Read the conditions of the rule `code`; at least one, each fitting its fact."""
    if not raws:
        Row("rule", {"code": code}).refuse("missing", "conditions")
    return tuple(_read_condition(code, raw) for raw in raws)


def _read_condition(code: str, raw: Raw) -> Condition:
    row = Row("rule", raw)
    row.code = code
    fact = row.choice("fact", NUMBER_FACTS + YES_NO_FACTS + WORD_FACTS)
    made = Condition(fact=fact)
    if fact in NUMBER_FACTS:
        at_least, at_most = row.whole_or_none("at_least"), row.whole_or_none("at_most")
        if at_least is None and at_most is None:
            row.refuse("missing", "at_least")
        if at_least is not None and at_most is not None and at_least > at_most:
            row.refuse("unreadable", "at_most", at_most)
        made = Condition(fact=fact, at_least=at_least, at_most=at_most)
    elif fact in YES_NO_FACTS:
        if not row.has("is"):
            row.refuse("missing", "is")
        made = Condition(fact=fact, is_true=row.yes_or_no("is"))
    else:
        words = row.texts("any_of")
        if not words:
            row.refuse("missing", "any_of")
        unknown = sorted(set(words) - set(CUES)) if fact == "cues" else []
        if unknown:
            row.refuse("unknown_reference", "any_of", unknown[0])
        made = Condition(fact=fact, any_of=words)
    row.done()
    return made


def read_rule(raw: Raw) -> terms.RuleTerms:
    """Read one rule; it must ask something and raise something."""

    def build(row: Row) -> terms.RuleTerms:
        made = terms.RuleTerms(
            code=row.text("code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            conditions=read_conditions(row.code, row.rows("conditions")),
            urgency=row.text("urgency", "") or None,
            level=row.choice("level", (*terms.LEVELS, "")) or None if row.has("level") else None,
            flags=row.texts("flags"),
        )
        if not (made.urgency or made.level or made.flags):
            row.refuse("missing", "urgency")
        return made

    return _read("rule", raw, build)


def read_item(raw: Raw) -> terms.ItemTerms:
    """Read one item; `class_code` is among its fields, `row_id` comes from the database."""
    return _read(
        "item",
        raw,
        lambda row: terms.ItemTerms(
            code=row.text("code"),
            class_code=row.text("class_code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            kind=row.choice("kind", terms.KINDS),
            grade=row.text("grade"),
            urgency=row.text("urgency"),
            level=row.choice("level", terms.LEVELS),
            lead=row.text("lead"),
            co=row.texts("co"),
            counterparty=row.texts("counterparty"),
            flags=row.texts("flags"),
            escalate=row.texts("escalate"),
            playbook=row.text("playbook"),
            deadline_workdays=row.whole_or_none("deadline_workdays", at_least=1),
            keywords=row.texts("keywords"),
            examples=row.texts("examples"),
            review=row.choice("review", terms.REVIEWS),
            callback=row.choice("callback", terms.CALLBACKS),
            callback_sample=row.whole("callback_sample", at_most=100),
            silence_close_workdays=row.whole("silence_close_workdays", at_least=1),
            reopen_days=row.whole("reopen_days"),
            retention_days=row.whole("retention_days", at_least=1),
            stop_page=row.choice("stop_page", terms.STOP_PAGES) if row.has("stop_page") else "",
            row_id=row.whole("row_id") if row.has("row_id") else 0,
        ),
    )


def _read_step(playbook: str, raw: Raw) -> terms.StepTerms:
    row = Row("playbook", raw)
    row.code = playbook
    made = terms.StepTerms(
        title=row.text("title"),
        title_en=row.text("title_en", ""),
        contacts_enterprise=row.yes_or_no("contacts_enterprise"),
        document=row.text("document", ""),
        within_minutes=row.whole_or_none("within_minutes", at_least=1),
        within_workdays=row.whole_or_none("within_workdays", at_least=1),
    )
    row.done()
    return made


def read_playbook(raw: Raw) -> terms.PlaybookTerms:
    """Read one playbook with its steps, in order."""
    return _read(
        "playbook",
        raw,
        lambda row: terms.PlaybookTerms(
            code=row.text("code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            is_confidential=row.yes_or_no("is_confidential"),
            steps=tuple(_read_step(row.code, each) for each in row.rows("steps")),
        ),
    )


def read_routing_rule(raw: Raw) -> terms.RoutingRuleTerms:
    """Read one routing rule; a level as target must be a level."""

    def build(row: Row) -> terms.RoutingRuleTerms:
        target_kind = row.choice("target_kind", terms.ROUTE_TARGETS)
        return terms.RoutingRuleTerms(
            code=row.text("code"),
            label=row.text("label"),
            label_en=row.text("label_en", ""),
            order=row.whole("order"),
            class_codes=row.texts("class_codes"),
            item_codes=row.texts("item_codes"),
            levels=row.texts("levels"),
            flags=row.texts("flags"),
            stations=row.texts("stations"),
            target_kind=target_kind,
            target=row.choice("target", terms.LEVELS)
            if target_kind == "level"
            else row.text("target"),
        )

    return _read("routing_rule", raw, build)
