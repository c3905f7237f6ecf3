"""The catalogue as shipped: the TOML files in `defaults/`, read without any database.

A station starts from these and edits its own rows in the admin; `loader.py` brings new
defaults in without overwriting an edit. Pure: reads files of the package, no clock.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from requests_app.catalogue import reading, terms
from requests_app.catalogue.problems import CatalogueError, Problem

DEFAULTS = Path(__file__).parent / "defaults"


def assemble(
    *,
    classes: Iterable[terms.ClassTerms],
    items: Iterable[terms.ItemTerms],
    grades: Iterable[terms.GradeTerms],
    urgencies: Iterable[terms.UrgencyTerms],
    flags: Iterable[terms.FlagTerms],
    rules: Iterable[terms.RuleTerms],
    parties: Iterable[terms.PartyTerms],
    playbooks: Iterable[terms.PlaybookTerms],
    routing_rules: Iterable[terms.RoutingRuleTerms],
) -> terms.Catalogue:
    """Put rows into one order and a version: equal content gives an equal version."""
    ordered_classes = tuple(sorted(classes, key=lambda row: (row.order, row.code)))
    place = {row.code: number for number, row in enumerate(ordered_classes)}
    unversioned = terms.Catalogue(
        version="",
        classes=ordered_classes,
        items=tuple(
            sorted(items, key=lambda row: (place.get(row.class_code, len(place)), row.code))
        ),
        grades=tuple(sorted(grades, key=lambda row: (row.handle_workdays, row.code))),
        urgencies=tuple(sorted(urgencies, key=lambda row: (row.rank, row.code))),
        flags=_by_code(flags),
        rules=_by_code(rules),
        parties=_by_code(parties),
        playbooks=_by_code(playbooks),
        routing_rules=tuple(sorted(routing_rules, key=lambda row: (row.order, row.code))),
    )
    version = sha256(repr(unversioned).encode()).hexdigest()[:16]
    return replace(unversioned, version=version)


def _by_code[T: terms.Term](rows: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(rows, key=lambda row: row.code))


def _load(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        problem = Problem(reason="unreadable", noun="file", code=path.name, value=str(error))
        raise CatalogueError((problem,)) from error


def _rows[T](path: Path, key: str, read: Callable[[reading.Raw], T]) -> tuple[T, ...]:
    row = reading.Row("file", {"code": path.name, **_load(path)})
    row.text("code")
    made = tuple(read(each) for each in row.rows(key))
    row.done()
    return made


def _classes_and_items(
    folder: Path,
) -> Iterator[tuple[terms.ClassTerms, tuple[terms.ItemTerms, ...]]]:
    """Each file of the folder holds one class and its items."""
    for path in sorted(folder.glob("*.toml")):
        row = reading.Row("file", {"code": path.name, **_load(path)})
        row.text("code")
        group = reading.read_class(row.table("class"))
        items = tuple(
            reading.read_item({"class_code": group.code, **each}) for each in row.rows("item")
        )
        row.done()
        yield group, items


def read_folder(folder: Path) -> terms.Catalogue:
    """Read a folder of TOML files laid out like `defaults/`; CatalogueError when unreadable."""
    groups = tuple(_classes_and_items(folder / "items"))
    return assemble(
        classes=[group for group, _ in groups],
        items=[item for _, items in groups for item in items],
        grades=_rows(folder / "grades.toml", "grade", reading.read_grade),
        urgencies=_rows(folder / "urgencies.toml", "urgency", reading.read_urgency),
        flags=_rows(folder / "flags.toml", "flag", reading.read_flag),
        rules=_rows(folder / "rules.toml", "rule", reading.read_rule),
        parties=_rows(folder / "parties.toml", "party", reading.read_party),
        playbooks=_rows(folder / "playbooks.toml", "playbook", reading.read_playbook),
        routing_rules=_rows(folder / "routing.toml", "routing_rule", reading.read_routing_rule),
    )


@cache
def default_catalogue() -> terms.Catalogue:
    """The shipped catalogue, read once per process."""
    return read_folder(DEFAULTS)
