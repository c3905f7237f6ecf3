"""What an account may act for: its duties and its ties to enterprises.

Pure: the rows are read in members.queries and members.backends.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Duty:
    """One role at one unit, in force on the day the scope was read."""

    unit_id: int
    unit_path: str
    level: str
    role: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything the permission rules ask about an account, read once a request."""

    account_id: int
    duties: tuple[Duty, ...] = ()
    affiliated_enterprise_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def unit_ids(self) -> frozenset[int]:
        """Units where the account holds any role."""
        return frozenset(duty.unit_id for duty in self.duties)

    @property
    def roles(self) -> frozenset[str]:
        """Roles held anywhere."""
        return frozenset(duty.role for duty in self.duties)

    def has_role(self, role: str, *, at: int | None = None) -> bool:
        """Whether the role is held, at one unit or anywhere."""
        return any(d.role == role and (at is None or d.unit_id == at) for d in self.duties)

    def is_affiliated_with(self, enterprise_id: int | None) -> bool:
        """Whether the recusal rule bars the account from matters of the enterprise."""
        return enterprise_id is not None and enterprise_id in self.affiliated_enterprise_ids
