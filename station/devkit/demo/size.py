"""How large the demo station is: the whole one, or a small one for a quick look and tests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Counts of the registers. Posts, offers and programmes are the same in both sizes."""

    enterprises: int
    members: int
    single_unions: int
    joint_firms: int  # enterprises whose workers are in a community's joint union
    neighbours: int  # enterprises of the other station
    earlier_jobs: int  # members with a job that has ended
    has_every_request: bool
    usual_every: int  # of the everyday matters, every so many-th


FULL = Size(
    enterprises=2_173,
    members=10_087,
    single_unions=60,
    joint_firms=640,
    neighbours=24,
    earlier_jobs=120,
    has_every_request=True,
    usual_every=1,
)
SMALL = Size(
    enterprises=50,
    members=232,  # as many to an enterprise as in the whole station
    single_unions=4,
    joint_firms=22,
    neighbours=6,
    earlier_jobs=4,
    has_every_request=False,
    usual_every=16,
)


def size_named(name: str) -> Size:
    """Return the size of the environment's DEMO: "" or "full", "small". Raises KeyError."""
    return {"": FULL, "full": FULL, "small": SMALL}[name]
