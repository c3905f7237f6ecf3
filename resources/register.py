"""Changes of the resources: posts, offers of partners, programmes and wishes.

Every verb checks its rows in words, writes them in one transaction and returns what it
made; the database has the last word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from members.models import CoordinateSystem, Enterprise, Unit
from resources.models import (
    Offer,
    Post,
    PostKind,
    Programme,
    ProgrammeKind,
    ResourceKind,
    Wish,
    WishState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDraft:
    """What is entered of a service post; the point in WGS-84 degrees."""

    code: str
    name: str
    kind: PostKind
    zone: str = ""
    address: str = ""
    phone: str = ""
    area_m2: int | None = None
    capacity: int | None = None
    opening_hours: str = ""
    facilities: tuple[str, ...] = ()
    lng: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """What a partner enterprise shares (工享)."""

    enterprise: Enterprise
    title: str
    kind: ResourceKind
    from_on: date
    to_on: date | None = None
    beneficiaries: str = ""
    place: str = ""
    schedule: str = ""
    monthly_quota: int | None = None
    terms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDraft:
    """What is entered of a benefit project (工惠); money in fen."""

    code: str
    title: str
    kind: ProgrammeKind
    from_on: date
    to_on: date | None = None
    target_group: str = ""
    content: str = ""
    place: str = ""
    quota: int | None = None
    budget_fen: int | None = None


def open_posts(*, station: Unit, drafts: Sequence[PostDraft]) -> list[Post]:
    """Add service posts, all or none. Raises ValidationError by field."""
    rows = [
        Post(
            station=station,
            code=draft.code,
            name=draft.name,
            kind=draft.kind,
            zone=draft.zone,
            address=draft.address,
            phone=draft.phone,
            area_m2=draft.area_m2,
            capacity=draft.capacity,
            opening_hours=draft.opening_hours,
            facilities=list(draft.facilities),
            lng=draft.lng,
            lat=draft.lat,
            original_x=draft.lng,
            original_y=draft.lat,
            original_crs=CoordinateSystem.WGS84 if draft.lng is not None else "",
        )
        for draft in drafts
    ]
    with transaction.atomic():
        for row in rows:
            row.full_clean()
        return Post.objects.bulk_create(rows)


def register_offers(*, station: Unit, drafts: Sequence[OfferDraft]) -> list[Offer]:
    """Add what partners share, all or none. Raises ValidationError by field."""
    rows = [
        Offer(
            station=station,
            enterprise=draft.enterprise,
            title=draft.title,
            kind=draft.kind,
            from_on=draft.from_on,
            to_on=draft.to_on,
            beneficiaries=draft.beneficiaries,
            place=draft.place,
            schedule=draft.schedule,
            monthly_quota=draft.monthly_quota,
            terms=draft.terms,
        )
        for draft in drafts
    ]
    with transaction.atomic():
        for row in rows:
            row.full_clean()
        return Offer.objects.bulk_create(rows)


def open_programmes(*, station: Unit, drafts: Sequence[ProgrammeDraft]) -> list[Programme]:
    """Add benefit projects, all or none. Raises ValidationError by field."""
    rows = [
        Programme(
            station=station,
            code=draft.code,
            title=draft.title,
            kind=draft.kind,
            from_on=draft.from_on,
            to_on=draft.to_on,
            target_group=draft.target_group,
            content=draft.content,
            place=draft.place,
            quota=draft.quota,
            budget_fen=draft.budget_fen,
        )
        for draft in drafts
    ]
    with transaction.atomic():
        for row in rows:
            row.full_clean()
        return Programme.objects.bulk_create(rows)


def note_wish(
    *,
    station: Unit,
    title: str,
    kind: ResourceKind,
    now: datetime,
    enterprise: Enterprise | None = None,
    wanted_from: date | None = None,
    wanted_to: date | None = None,
) -> Wish:
    """Note what an enterprise or workers would like to use; it waits for a match."""
    wish = Wish(
        station=station,
        enterprise=enterprise,
        title=title,
        kind=kind,
        state=WishState.OPEN,
        wanted_from=wanted_from,
        wanted_to=wanted_to,
        created_at=now,
    )
    wish.full_clean()
    wish.save(force_insert=True)
    return wish
