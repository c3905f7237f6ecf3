from requests_app.lifecycle import (
    EVENT_LABELS,
    MOVES,
    OPENING_STATE,
    STATES,
    Mover,
    State,
    moves_from,
)


def test_every_state_has_terms() -> None:
    assert set(STATES) == set(State)


def test_every_state_is_reached_from_the_opening_one() -> None:
    reached, front = {OPENING_STATE}, [OPENING_STATE]
    while front:
        state = front.pop()
        for move in moves_from(state):
            if move.target not in reached:
                reached.add(move.target)
                front.append(move.target)
    assert reached == set(State)


def test_a_machine_move_leaves_exactly_the_states_that_name_a_task() -> None:
    left_by_machine = {move.source for move in MOVES.values() if move.mover is Mover.MACHINE}
    assert left_by_machine == {state for state, terms in STATES.items() if terms.task}


def test_where_the_machine_chooses_the_ways_lead_apart() -> None:
    for state in State:
        machine = [move.target for move in moves_from(state) if move.mover is Mover.MACHINE]
        assert len(machine) == len(set(machine))


def test_every_event_of_a_move_has_a_label() -> None:
    assert {move.event for move in MOVES.values()} <= set(EVENT_LABELS)


def test_event_names_are_past_tense_and_dotted() -> None:
    things = {move.event.split(".")[0] for move in MOVES.values()}
    assert things == {"request", "result", "review", "reply", "callback"}
    assert all(move.event.endswith(("ed", "t", "n")) for move in MOVES.values())


def test_workers_never_read_a_state_name() -> None:
    public = {terms.public_label for terms in STATES.values()}
    assert public <= {"已提交", "已受理", "办理中", "待您评价", "已办结", "需补充", "不予受理"}
