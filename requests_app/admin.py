"""Admin of the requests app: the catalogue, where saving means a new version with a date."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.admin_roles import RoleGuarded
from members.models import Account
from requests_app.catalogue.problems import CatalogueError, Problem
from requests_app.catalogue.revision import (
    DayPassed,
    StaleVersion,
    introduce_row,
    problems_with,
    revise_row,
    withdraw_row,
)
from requests_app.catalogue.wording import problem_text
from requests_app.catalogue.writing import column_names
from requests_app.models import (
    Flag,
    Grade,
    Item,
    ItemClass,
    Party,
    Playbook,
    RoutingRule,
    Rule,
    UrgencyLevel,
)
from requests_app.models.versioned import Versioned

if TYPE_CHECKING:
    VersionedModelForm = forms.ModelForm[Versioned]
    VersionedModelAdmin = admin.ModelAdmin[Versioned]
else:
    # Django's own classes take no type argument when they run.
    VersionedModelForm = forms.ModelForm
    VersionedModelAdmin = admin.ModelAdmin


class LinesField(SimpleArrayField):
    """A list as lines of a text area; empty lines are no entries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4, "cols": 60}))
        super().__init__(*args, delimiter="\n", **kwargs)

    def to_python(self, value: object) -> list[Any]:  # type: ignore[override]  # lines
        if isinstance(value, str):
            lines = (line.strip() for line in value.splitlines())
            value = "\n".join(line for line in lines if line)
        return list(super().to_python(value))


class VersionedForm(VersionedModelForm):
    """Checks a version against the whole catalogue before it is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "valid_from" in self.fields:  # a row that is only shown has no fields
            self.initial["valid_from"] = timezone.localdate()
        if "note" in self.fields:
            self.initial["note"] = ""

    def content(self) -> dict[str, Any]:
        """What was entered, under the names of the terms."""
        names = column_names(self.instance.terms_type)
        entered = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {"code": self.instance.code, **entered}  # the code of a stored row is fixed

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        starts, newest = self.cleaned_data["valid_from"], self._hold_newest()
        if starts < timezone.localdate():
            self.add_error("valid_from", _("生效日期不能早于今天。"))
        elif newest is not None and starts < newest.valid_from:
            self.add_error("valid_from", _("生效日期不能早于当前版本的生效日期。"))
        self._check_content()
        return cleaned

    def _hold_newest(self) -> Versioned | None:
        """Hold the stored row until it is saved; an error when it is not the newest version."""
        if self.instance.pk is None:
            return None
        rows = type(self.instance)._default_manager.select_for_update(of=("self",))
        held = rows.get(pk=self.instance.pk)
        if held.valid_to is not None:
            self.add_error(None, _("这一行刚有了新版本，请重新打开后再修改。"))
        return held

    def _check_content(self) -> None:
        model = type(self.instance)
        new_in = model if self.instance.pk is None else None
        try:
            found = problems_with(model.read(self.content()), new_in=new_in)
        except CatalogueError as error:
            found = error.problems
        for problem in found:
            self._tell(problem)

    def _tell(self, problem: Problem) -> None:
        is_here = problem.code == self.content()["code"] and problem.field in self.fields
        self.add_error(problem.field if is_here else None, problem_text(problem))


class PlaybookForm(VersionedForm):
    """A playbook with its steps as one JSON list."""

    steps = forms.JSONField(
        label=_("步骤"), widget=forms.Textarea(attrs={"rows": 24, "cols": 100}), initial=list
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["steps"] = self.instance.raw()["steps"]


class InForceFilter(admin.SimpleListFilter):
    """Shows the newest versions unless asked for all."""

    title = _("版本")
    parameter_name = "versions"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]"
    ) -> list[tuple[str, Any]]:
        return [("all", _("全部版本"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(valid_to__isnull=True)


class VersionedAdmin(RoleGuarded, VersionedModelAdmin):
    """Saving writes a new version; older versions are shown and cannot be changed.

    What once held stays readable: rows are withdrawn, never deleted.
    """

    form = VersionedForm
    list_display = [
        "code",
        "label",
        "version",
        "valid_from",
        "valid_to",
        "is_edited",
    ]
    list_filter = [InForceFilter, "is_edited"]
    search_fields = ["code", "label", "label_en"]
    readonly_fields = ["version", "valid_to", "is_edited", "revised_by"]
    actions = [
        "withdraw",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Versioned | None = None) -> list[str]:
        return [*self.readonly_fields, *(["code"] if obj is not None else [])]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_old = isinstance(obj, Versioned) and obj.valid_to is not None
        return not is_old and super().has_change_permission(request, obj)

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if isinstance(db_field, ArrayField):
            return LinesField(
                db_field.base_field.formfield(),
                label=db_field.verbose_name,
                required=False,
                help_text=_("每行一个。"),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Versioned, form: VersionedForm, change: bool
    ) -> None:
        """Write the version through the verb, so that admin and code keep the same rules."""
        entered = form.cleaned_data
        said: dict[str, Any] = {
            "valid_from": entered["valid_from"],
            "note": entered["note"],
            "actor": request.user if isinstance(request.user, Account) else None,
            "now": timezone.now(),
        }
        if change:
            made = revise_row(obj, changes=form.content(), **said)
        else:
            made = introduce_row(type(obj), content=form.content(), **said)
        obj.pk = made.pk  # the admin's own log points at the version that was made

    @admin.action(description=_("自今日起停用所选行"))
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Versioned]) -> None:
        if not self.has_change_permission(request):
            return
        for row in queryset:
            try:
                with transaction.atomic():
                    withdraw_row(
                        row,
                        valid_to=timezone.localdate(),
                        actor=request.user if isinstance(request.user, Account) else None,
                        now=timezone.now(),
                    )
            except CatalogueError as error:
                for problem in error.problems:
                    self.message_user(request, problem_text(problem), messages.ERROR)
            except (DayPassed, StaleVersion):
                self.message_user(
                    request, _("{row}：不能自今日起停用。").format(row=row), messages.ERROR
                )


@admin.register(Item)
class ItemAdmin(VersionedAdmin):
    list_display = [
        "code",
        "label",
        "kind",
        "grade",
        "urgency",
        "level",
        "lead",
        "version",
        "valid_from",
        "is_edited",
    ]
    list_filter = [InForceFilter, "kind", "grade", "urgency", "level", "is_edited"]


@admin.register(Rule)
class RuleAdmin(VersionedAdmin):
    list_display = ["code", "label", "urgency", "level", "version", "valid_from", "is_edited"]


@admin.register(RoutingRule)
class RoutingRuleAdmin(VersionedAdmin):
    list_display = ["order", "code", "label", "target_kind", "target", "version", "valid_from"]
    list_display_links = [
        "code",
    ]


@admin.register(Playbook)
class PlaybookAdmin(VersionedAdmin):
    form = PlaybookForm


admin.site.register([ItemClass, Grade, UrgencyLevel, Flag, Party], VersionedAdmin)
