"""The picture in docs/architecture.md is drawn from the lifecycle table."""

from pathlib import Path

from requests_app.lifecycle import MOVES, OPENING_STATE, Move, Mover, State

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"


def picture(moves: tuple[Move, ...]) -> str:
    lines = ["stateDiagram-v2", f"    [*] --> {OPENING_STATE}"]
    lines += [f"    {move.source} --> {move.target}: {move.code} ({move.mover})" for move in moves]
    return "\n".join(lines)


def test_the_picture_shows_the_table() -> None:
    assert picture(tuple(MOVES.values())) in DOCUMENT.read_text(encoding="utf-8")


def test_a_new_move_would_be_missed() -> None:
    extra = Move("undo", State.SIGNED, State.DISPATCHED, Mover.HOLDER, "request.undone", "x")
    assert picture((*MOVES.values(), extra)) not in DOCUMENT.read_text(encoding="utf-8")
