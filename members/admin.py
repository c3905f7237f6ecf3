"""Admin of the registers: who may touch what, and never a sealed field.

Three administrators stand apart: the system administrator keeps units, bodies and the
calendar, the security administrator accounts and roles, the auditor reads the logs. None of
them sees the content of a request here. Rows are ended by a date, not deleted. Accounts, roles
and looks are those of the administrator's own area (admin_area.py).
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import almanac, trees
from members.admin_area import LocalRows, accounts_under, paths_of, people_under, serves_elsewhere
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
from members.queries import forget_calendar, provisional_years
from members.register import search_keys

type Roles = frozenset[str]
# What Django's own stubs say of these hooks' arguments.
type Row = Any
type AnyForm = Any


def actor_of(request: HttpRequest) -> Account | None:
    """Return the account behind an admin request."""
    return request.user if isinstance(request.user, Account) else None


class RoleGuarded:
    """Permissions from the dated roles of the account, not from Django's groups."""

    keepers: ClassVar[Roles] = frozenset({Role.SYSTEM_ADMIN})
    readers: ClassVar[Roles] = frozenset({Role.AUDITOR})

    def _holds(self, request: HttpRequest, roles: Roles) -> bool:
        account = actor_of(request)
        if account is None or not account.is_active or not account.is_staff:
            return False
        held = account.scope.roles if account.scope else frozenset[str]()
        return account.is_superuser or bool(roles & held)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.keepers | self.readers)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, self.keepers | self.readers)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, self.keepers)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._holds(request, self.keepers)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Recorded(RoleGuarded, admin.ModelAdmin[Any]):
    """A register whose history names the account that changed it."""

    def save_model(self, request: HttpRequest, obj: Row, form: AnyForm, change: bool) -> None:
        verb = f"admin_{'change' if change else 'add'}"
        with recorded(verb, actor=actor_of(request), now=timezone.now()):
            super().save_model(request, obj, form, change)


class ReadOnly(RoleGuarded, admin.ModelAdmin[Any]):
    """A log or a sealed register: shown, never edited here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


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
class UnitAdmin(NodeAdmin):
    fixed = ("level", "code", "parent")
    list_display = ("name", "level", "code", "parent", "is_fallback", "is_active")
    list_filter = ("level", "is_active")
    list_select_related = ("parent",)
    search_fields = ("name", "code")


@admin.register(Union)
class UnionAdmin(NodeAdmin):
    fixed = ("kind", "code", "parent", "enterprise")
    list_display = ("name", "kind", "code", "parent", "founded_on", "dissolved_on")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name", "code")
    autocomplete_fields = ("parent", "enterprise")


@admin.register(Enterprise)
class EnterpriseAdmin(Recorded):
    list_display = ("name", "credit_code", "industry", "headcount", "union", "is_active")
    list_filter = ("industry", "is_active")
    list_select_related = ("union",)
    search_fields = ("name", "short_name", "pinyin", "initials", "credit_code")
    autocomplete_fields = ("community", "union")

    def save_model(self, request: HttpRequest, obj: Row, form: AnyForm, change: bool) -> None:
        obj.pinyin, obj.initials = search_keys(obj.name)
        obj.credit_code = obj.credit_code or None
        super().save_model(request, obj, form, change)


@admin.register(ServiceArea)
class ServiceAreaAdmin(Recorded):
    list_display = ("id", "union", "enterprise", "station", "from_on", "to_on")
    list_filter = ("station",)
    list_select_related = ("union", "enterprise", "station")
    autocomplete_fields = ("union", "enterprise", "station")


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


class RoleAssignmentInline(LocalRows, DatedInline):
    model = RoleAssignment
    autocomplete_fields = ("unit",)


class AffiliationInline(DatedInline):
    model = Affiliation
    autocomplete_fields = ("enterprise",)


class SkillInline(DatedInline):
    model = Skill


class DutyWindowInline(LocalRows, DatedInline):
    model = DutyWindow
    autocomplete_fields = ("unit",)


class NewAccountForm(AdminUserCreationForm[Account]):
    class Meta:
        model = Account
        fields = ("username", "name", "email")


class AccountForm(UserChangeForm[Account]):
    class Meta:
        model = Account
        fields = ("username", "name", "email", "is_active", "is_staff", "must_change_password")


@admin.register(Account)
class AccountAdmin(RoleGuarded, LocalRows, UserAdmin[Account]):
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
class RoleAssignmentAdmin(LocalRows, ReadOnly):
    keepers = frozenset({Role.SECURITY_ADMIN})
    list_display = ("account", "role", "unit", "from_on", "to_on")
    list_filter = ("role", "unit")
    list_select_related = ("account", "unit")


class EmploymentInline(RoleGuarded, admin.TabularInline[Any, Any]):
    model = Employment
    keepers = frozenset[str]()
    readers = frozenset({Role.AUDITOR, Role.HEAD})
    extra = 0


@admin.register(Member)
class MemberAdmin(ReadOnly):
    keepers = frozenset[str]()
    readers = frozenset({Role.AUDITOR, Role.HEAD})
    fields = ("member_no", "union", "status", "joined_on", "left_on", "birth_year", "gender")
    list_display = ("member_no", "union", "status", "joined_on")
    list_filter = ("status",)
    list_select_related = ("union",)
    search_fields = ("member_no",)
    inlines = (EmploymentInline,)


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
class OfficeHoursAdmin(CalendarKeeper):
    list_display = ("from_on", "unit", "opens", "lunch_from", "lunch_to", "closes")
    list_select_related = ("unit",)


# ---- logs and machines ------------------------------------------------------------


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ("key", "channel", "due_at", "attempts", "sent_at", "dead_at", "last_error")
    list_filter = ("channel", ("dead_at", admin.EmptyFieldListFilter))
    actions = ("replay",)

    @admin.action(description=_("重新发送已放弃的消息"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        count = replay_deliveries(delivery_ids=ids, now=timezone.now())
        messages.success(request, gettext("%(count)s 条消息将重新发送。") % {"count": count})

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.keepers)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("key", "account", "template", "created_at", "read_at")
    list_filter = ("template",)
    list_select_related = ("account",)


@admin.register(AccessEntry)
class AccessEntryAdmin(LocalRows, ReadOnly):
    keepers = frozenset[str]()
    fields = ("account", "at", "action", "subject", "field")
    list_display = ("at", "account", "action", "subject", "field")
    list_filter = ("action",)
    list_select_related = ("account",)
    search_fields = ("subject",)

    def local(self, paths: tuple[str, ...]) -> Q:
        return Q(account__in=people_under(paths))


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
