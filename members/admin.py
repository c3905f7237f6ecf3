"""Admin of the registers: who may touch what, and never a sealed field.

Three administrators stand apart: the system administrator keeps units, bodies and the
calendar, the security administrator accounts and roles, the auditor reads the logs. None of
them sees the content of a request here. Rows are ended by a date, not deleted. A row that
belongs to a unit is there only for administrators of its area (admin_area.py); unions and
enterprises are read by all, for a request or a tie may name any, and kept where they are served.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import almanac, trees
from members.admin_area import (
    AreaUnits,
    LocalInline,
    LocallyKept,
    LocalRegister,
    RowsOfPeople,
    accounts_under,
    paths_of,
    served_under,
    serves_elsewhere,
)
from members.admin_roles import AnyForm, ReadOnly, Recorded, RoleGuarded, Row, actor_of
from members.history import recorded
from members.models import (
    AccessEntry,
    Account,
    Affiliation,
    CalendarDay,
    DataKey,
    Delivery,
    DutyWindow,
    Employment,
    Enterprise,
    Heartbeat,
    JobRun,
    Member,
    Notice,
    OfficeHours,
    Role,
    RoleAssignment,
    ServiceArea,
    Skill,
    Union,
    Unit,
)
from members.notices.notify import replay_deliveries
from members.queries import (
    enterprises_served,
    forget_calendar,
    provisional_years,
    unions_served,
)
from members.register import search_keys

# ---- trees ------------------------------------------------------------------------


class NodeForm(forms.ModelForm[Any]):
    """Refuses a parent that does not stand above the new node."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        parent = self.cleaned_data.get("parent")
        if parent is not None:
            for name, value in self.cleaned_data.items():
                if name in ("level", "kind"):
                    setattr(self.instance, name, value)
            try:
                trees.check_order(self.instance, parent)
            except ValidationError as error:
                self.add_error("parent", error)
        return cleaned


class NodeAdmin(Recorded):
    """A new node goes through the verb that writes its path; its place is then fixed here."""

    form = NodeForm
    fixed: ClassVar[tuple[str, ...]] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Row = None) -> tuple[str, ...]:
        return ("path",) if obj is None else ("path", *self.fixed)

    def save_model(self, request: HttpRequest, obj: Row, form: AnyForm, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            trees.plant(obj, actor=actor_of(request), now=timezone.now())


@admin.register(Unit)
class UnitAdmin(LocalRegister, NodeAdmin):
    unit_path = "path"
    fixed = ("level", "code", "parent")
    list_display = ("name", "level", "code", "parent", "is_fallback", "is_active")
    list_filter = ("level", "is_active")
    list_select_related = ("parent",)
    search_fields = ("name", "code")

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Model] | None:
        """Only a superuser opens a root: it would lie in nobody's area."""
        kwargs["required"] = paths_of(request, self.keepers) is not None
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Union)
class UnionAdmin(LocallyKept, NodeAdmin):
    fixed = ("kind", "code", "parent", "enterprise")
    list_display = ("name", "kind", "code", "parent", "founded_on", "dissolved_on")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    autocomplete_fields = ("parent", "enterprise")

    def local(self, paths: tuple[str, ...]) -> Q:
        served = unions_served(timezone.localdate()).filter(served_under(paths))
        return Q(pk__in=served.values("pk"))


@admin.register(Enterprise)
class EnterpriseAdmin(LocallyKept, Recorded):
    # Whoever enters a tie or an offer picks the enterprise here.
    readers = frozenset({Role.AUDITOR, Role.SECURITY_ADMIN, Role.WORKER, Role.HEAD})
    list_display = ("name", "credit_code", "industry", "headcount", "union", "is_active")
    list_filter = ("industry", "is_active")
    list_select_related = ("union",)
    search_fields = ("name", "short_name", "pinyin", "initials", "credit_code")
    autocomplete_fields = ("community", "union")

    def local(self, paths: tuple[str, ...]) -> Q:
        served = enterprises_served(timezone.localdate()).filter(served_under(paths))
        return Q(pk__in=served.values("pk"))

    def save_model(self, request: HttpRequest, obj: Row, form: AnyForm, change: bool) -> None:
        obj.pinyin, obj.initials = search_keys(obj.name)
        obj.credit_code = obj.credit_code or None
        super().save_model(request, obj, form, change)


@admin.register(ServiceArea)
class ServiceAreaAdmin(LocalRegister, Recorded):
    unit_path = "station__path"
    list_display = ("id", "union", "enterprise", "station", "from_on", "to_on")
    list_filter = (("station", AreaUnits),)
    list_select_related = ("union", "enterprise", "station")
    autocomplete_fields = ("union", "enterprise")

    def get_readonly_fields(self, request: HttpRequest, obj: Row = None) -> tuple[str, ...]:
        return () if obj is None else ("union", "enterprise", "station")

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Model] | None:
        """Nobody takes what a station outside their area serves, and with it its members."""
        served = {"union": unions_served, "enterprise": enterprises_served}.get(db_field.name)
        paths = paths_of(request, self.keepers)
        if served is not None and paths is not None:
            free = served_under(paths) | Q(served_from=None)
            kwargs["queryset"] = served(timezone.localdate()).filter(free)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


# ---- people -----------------------------------------------------------------------


class DatedInline(RoleGuarded, admin.TabularInline[Any, Any]):
    """Dated rows of an account. Nobody edits their own."""

    keepers = frozenset({Role.SECURITY_ADMIN})
    extra = 0
    fk_name = "account"

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_add_permission(request, obj) and obj != request.user

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and obj != request.user


class RoleAssignmentInline(LocalInline, DatedInline):
    model = RoleAssignment


class AffiliationInline(DatedInline):
    model = Affiliation
    autocomplete_fields = ("enterprise",)


class SkillInline(DatedInline):
    model = Skill


class DutyWindowInline(LocalInline, DatedInline):
    model = DutyWindow


class NewAccountForm(AdminUserCreationForm[Account]):
    class Meta:
        model = Account
        fields = ("username", "name", "email")


class AccountForm(UserChangeForm[Account]):
    class Meta:
        model = Account
        fields = ("username", "name", "email", "is_active", "is_staff", "must_change_password")


@admin.register(Account)
class AccountAdmin(LocalRegister, RoleGuarded, UserAdmin[Account]):
    keepers = frozenset({Role.SECURITY_ADMIN})
    form = AccountForm
    add_form = NewAccountForm
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email")}),
        (_("状态"), {"fields": ("is_active", "is_staff", "must_change_password", "last_seen_at")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "name", "email", "usable_password", "password1", "password2")},
        ),
    )
    readonly_fields = ("last_seen_at",)
    list_display = ("username", "name", "is_active", "is_staff", "last_seen_at")
    list_filter = ("is_active", "is_staff", "role_assignments__role")
    search_fields = ("username", "name")
    filter_horizontal = ()
    ordering = ("username",)
    inlines = (RoleAssignmentInline, AffiliationInline, SkillInline, DutyWindowInline)

    def local(self, paths: tuple[str, ...]) -> Q:
        return accounts_under(paths)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        holds = super().has_change_permission(request, obj)
        return holds and not serves_elsewhere(obj, paths_of(request, self.keepers))

    def save_related(
        self, request: HttpRequest, form: AnyForm, formsets: AnyForm, change: bool
    ) -> None:
        with recorded("admin_assign", actor=actor_of(request), now=timezone.now()):
            super().save_related(request, form, formsets, change)


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(LocalRegister, ReadOnly):
    keepers = frozenset({Role.SECURITY_ADMIN})
    list_display = ("account", "role", "unit", "from_on", "to_on")
    list_filter = ("role", ("unit", AreaUnits))
    list_select_related = ("account", "unit")


class EmploymentInline(RoleGuarded, admin.TabularInline[Any, Any]):
    model = Employment
    keepers = frozenset[str]()
    readers = frozenset({Role.AUDITOR, Role.HEAD})
    extra = 0


@admin.register(Member)
class MemberAdmin(LocalRegister, ReadOnly):
    keepers = frozenset[str]()
    readers = frozenset({Role.AUDITOR, Role.HEAD})
    fields = ("member_no", "union", "status", "joined_on", "left_on", "birth_year", "gender")
    list_display = ("member_no", "union", "status", "joined_on")
    list_filter = ("status",)
    list_select_related = ("union",)
    search_fields = ("member_no",)
    inlines = (EmploymentInline,)

    def local(self, paths: tuple[str, ...]) -> Q:
        served = unions_served(timezone.localdate()).filter(served_under(paths))
        return Q(union__in=served.values("pk"))


# ---- calendar ---------------------------------------------------------------------


class CalendarKeeper(Recorded):
    """Lets every page of this process see an edit at once."""

    def save_model(self, request: HttpRequest, obj: Row, form: AnyForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(forget_calendar)


@admin.register(CalendarDay)
class CalendarDayAdmin(CalendarKeeper):
    list_display = ("date", "kind", "name", "source", "confirmed")
    list_editable = ("kind", "name")
    list_filter = ("confirmed", "kind")
    date_hierarchy = "date"
    actions = ("confirm_years",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET":
            for year in provisional_years(timezone.now()):
                text = gettext("%(year)s 年的放假安排尚未录入，期限为暂定。") % {"year": year}
                messages.warning(request, text)
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("确认所选日期所在年份的日历"), permissions=["change"])
    def confirm_years(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        for day in queryset.dates("date", "year"):
            try:
                almanac.confirm_year(year=day.year, actor=actor_of(request), now=timezone.now())
            except ValidationError as error:
                messages.error(request, f"{day.year}: {error.messages[0]}")
            else:
                messages.success(request, gettext("%(year)s 年已确认。") % {"year": day.year})


@admin.register(OfficeHours)
class OfficeHoursAdmin(LocalRegister, CalendarKeeper):
    list_display = ("from_on", "unit", "opens", "lunch_from", "lunch_to", "closes")
    list_select_related = ("unit",)

    def local(self, paths: tuple[str, ...]) -> Q:
        return super().local(paths) | Q(unit=None)  # the hours of everybody


# ---- logs and machines ------------------------------------------------------------


@admin.register(Delivery)
class DeliveryAdmin(RowsOfPeople, ReadOnly):
    list_display = ("key", "channel", "due_at", "attempts", "sent_at", "dead_at", "last_error")
    list_filter = ("channel", ("dead_at", admin.EmptyFieldListFilter))
    actions = ("replay",)

    @admin.action(description=_("重新发送已放弃的消息"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        ids = list(self.kept(request, queryset).values_list("pk", flat=True))
        count = replay_deliveries(delivery_ids=ids, now=timezone.now())
        messages.success(request, gettext("%(count)s 条消息将重新发送。") % {"count": count})

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.keepers)


@admin.register(Notice)
class NoticeAdmin(RowsOfPeople, ReadOnly):
    list_display = ("key", "account", "template", "created_at", "read_at")
    list_filter = ("template",)
    list_select_related = ("account",)


@admin.register(AccessEntry)
class AccessEntryAdmin(RowsOfPeople, ReadOnly):
    keepers = frozenset[str]()
    fields = ("account", "at", "action", "subject", "field")
    list_display = ("at", "account", "action", "subject", "field")
    list_filter = ("action",)
    list_select_related = ("account",)
    search_fields = ("subject",)


@admin.register(DataKey)
class DataKeyAdmin(ReadOnly):
    keepers = frozenset({Role.SECURITY_ADMIN})
    fields = ("code", "purpose", "created_at", "retired_at")
    list_display = ("code", "purpose", "created_at", "retired_at")


@admin.register(JobRun)
class JobRunAdmin(ReadOnly):
    list_display = ("job", "slot", "claimed_at", "done_at")
    list_filter = ("job",)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly):
    list_display = ("name", "at")
