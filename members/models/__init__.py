"""People, bodies, territory, calendar, notices, keys and jobs: one noun a file."""

from members.models.access_entry import AccessAction, AccessEntry
from members.models.account import Account, AccountQuerySet
from members.models.affiliation import Affiliation, AffiliationKind
from members.models.api_client import ApiClient, ApiScope
from members.models.attempt import Attempt, AttemptKind
from members.models.calendar_day import CalendarDay, CalendarDayKind, OfficeHours
from members.models.data_key import DataKey
from members.models.duty_window import DutyWindow, Weekday
from members.models.enterprise import Enterprise, Industry
from members.models.job_run import Heartbeat, JobRun
from members.models.member import (
    Employment,
    EmploymentKind,
    Gender,
    Member,
    MemberStatus,
)
from members.models.notice import Channel, Delivery, Notice
from members.models.place import CoordinateSystem
from members.models.role_assignment import Role, RoleAssignment
from members.models.service_area import ServiceArea
from members.models.skill import Skill, SkillKind
from members.models.union import Union, UnionKind
from members.models.unit import Level, Unit

__all__ = [
    "AccessAction",
    "AccessEntry",
    "Account",
    "AccountQuerySet",
    "Affiliation",
    "AffiliationKind",
    "ApiClient",
    "ApiScope",
    "Attempt",
    "AttemptKind",
    "CalendarDay",
    "CalendarDayKind",
    "Channel",
    "CoordinateSystem",
    "DataKey",
    "Delivery",
    "DutyWindow",
    "Employment",
    "EmploymentKind",
    "Enterprise",
    "Gender",
    "Heartbeat",
    "Industry",
    "JobRun",
    "Level",
    "Member",
    "MemberStatus",
    "Notice",
    "OfficeHours",
    "Role",
    "RoleAssignment",
    "ServiceArea",
    "Skill",
    "SkillKind",
    "Union",
    "UnionKind",
    "Unit",
    "Weekday",
]
