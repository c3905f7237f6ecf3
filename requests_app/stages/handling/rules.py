"""Decisions while a request is handled (docs/rules.md, "Handling"). Pure.

Money is whole fen. A check returns every problem it finds, each with the line it is about, so
that a form can show them all at once; the database refuses the same things (models/settlement.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

# From this many people on a joint claim is brought by representatives: mediation and
# arbitration law, art. 7; the number of three to five: arbitration rules, art. 62.
JOINT_CLAIM_FROM = 10
LEAST_REPRESENTATIVES = 3
MOST_REPRESENTATIVES = 5
# Below this many people could know, leaving the name out hides nobody.
FEW_COULD_KNOW = 5
LARGEST_FEN = 10**13  # a hundred billion yuan: more is a slip of the finger

type ProblemCode = Literal[
    "no_claims",
    "no_instalments",
    "claim_not_positive",
    "agreed_negative",
    "amount_too_large",
    "nothing_agreed",
    "instalment_not_positive",
    "instalments_do_not_sum",
    "instalment_before_signing",
    "instalment_dates_reversed",
    "signed_in_future",
    "not_positive",
    "more_than_agreed",
    "paid_in_future",
    "paid_before_signing",
    "no_such_instalment",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: ``line`` counts from 1, 0 means the whole.

    ``fen`` is the sum the sentence needs (what is missing, what is left), else 0.
    """

    code: ProblemCode
    line: int = 0
    fen: int = 0


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """What one worker claims, and what is agreed or proposed for them (None: not said yet)."""

    name: str
    post: str
    months: str
    claimed_fen: int
    agreed_fen: int | None = None


@dataclass(frozen=True, slots=True)
class InstalmentDraft:
    """One part of the sum and the day it is due."""

    due_on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class InstalmentStanding:
    """How one instalment stands."""

    number: int
    due_on: date
    amount_fen: int
    paid_fen: int
    signed_on: date

    @property
    def open_fen(self) -> int:
        """What has not come in yet."""
        return self.amount_fen - self.paid_fen


def check_claims(claims: Sequence[ClaimDraft]) -> list[Problem]:
    """Return what is wrong with a list of claims."""
    if not claims:
        return [Problem("no_claims")]
    problems: list[Problem] = []
    for line, claim in enumerate(claims, start=1):
        if claim.claimed_fen <= 0:
            problems.append(Problem("claim_not_positive", line))
        elif claim.claimed_fen > LARGEST_FEN:
            problems.append(Problem("amount_too_large", line))
        if claim.agreed_fen is not None and claim.agreed_fen < 0:
            problems.append(Problem("agreed_negative", line))
    return problems


def apportion(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Share a sum out by weights in whole fen; what rounding leaves goes to the largest remainders.

    The shares always add up to the sum; without any weight nobody gets anything.
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    shares = [total_fen * weight // whole for weight in weights]
    remainders = [total_fen * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-remainders[at], at))
    for at in by_remainder[: total_fen - sum(shares)]:
        shares[at] += 1
    return shares


def check_settlement(
    *,
    signed_on: date,
    today: date,
    agreed: Sequence[int],
    instalments: Sequence[InstalmentDraft],
) -> list[Problem]:
    """Return what is wrong with an agreement. ``agreed`` is the sum of each claimant, in fen."""
    if not agreed:
        return [Problem("no_claims")]
    problems = [Problem("agreed_negative", line) for line, fen in enumerate(agreed, 1) if fen < 0]
    total = sum(agreed)
    if total <= 0:
        problems.append(Problem("nothing_agreed"))
    if total > LARGEST_FEN:
        problems.append(Problem("amount_too_large"))
    if signed_on > today:
        problems.append(Problem("signed_in_future"))
    return problems + _check_instalments(signed_on, total, instalments)


def _check_instalments(
    signed_on: date, total: int, instalments: Sequence[InstalmentDraft]
) -> list[Problem]:
    if not instalments:
        return [Problem("no_instalments")]
    problems: list[Problem] = []
    before = signed_on
    for line, each in enumerate(instalments, start=1):
        if each.amount_fen <= 0:
            problems.append(Problem("instalment_not_positive", line))
        if each.due_on < signed_on:
            problems.append(Problem("instalment_before_signing", line))
        elif each.due_on < before:
            problems.append(Problem("instalment_dates_reversed", line))
        before = max(before, each.due_on)
    missing = total - sum(each.amount_fen for each in instalments)
    if missing:
        problems.append(Problem("instalments_do_not_sum", fen=missing))
    return problems


def check_payment(
    standing: InstalmentStanding | None, *, amount_fen: int, paid_on: date, today: date
) -> list[Problem]:
    """Return what is wrong with a payment for one instalment."""
    if standing is None:
        return [Problem("no_such_instalment")]
    problems: list[Problem] = []
    if amount_fen <= 0:
        problems.append(Problem("not_positive"))
    elif amount_fen > standing.open_fen:
        problems.append(Problem("more_than_agreed", standing.number, standing.open_fen))
    if paid_on > today:
        problems.append(Problem("paid_in_future"))
    if paid_on < standing.signed_on:
        problems.append(Problem("paid_before_signing"))
    return problems


def may_contact(approach: str, *, is_overridden: bool) -> bool:
    """Whether the employer may be approached at all (features U19).

    Only as the worker agreed; a recorded danger to life is the one way past it.
    """
    return is_overridden or approach in {"unnamed", "named"}


def warns_of_guessing(approach: str, headcount: int | None) -> bool:
    """Whether leaving the name out may not help: too few people could have asked."""
    return approach == "unnamed" and (headcount or 1) < FEW_COULD_KNOW


def representatives_wanted(people: int) -> tuple[int, int]:
    """Return how few and how many representatives the law foresees for so many people."""
    if people >= JOINT_CLAIM_FROM:
        return LEAST_REPRESENTATIVES, MOST_REPRESENTATIVES
    return (1, MOST_REPRESENTATIVES) if people > 1 else (0, 1)
