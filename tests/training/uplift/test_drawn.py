"""Who counts in an action's experiment, as treated or not, and whether the goal came about."""

from datetime import datetime, timedelta

import numpy as np
from incremental_world import EVERY, GOAL, LEARNED, START, live

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from serving.decision.incremental import in_holdout
from training.uplift.experiment import HOLDOUT, experiment, held_back_name


def _asked(who: str, day: float, *, held: bool = False, group: str = "champion", share: float = 0.25) -> dict[str, object]:
    said = {held_back_name("a"): str(share)} if held else {HOLDOUT: str(share)}
    at = START + timedelta(days=day)
    return {
        "decision_id": f"{who}-{day}",
        "action_id": "b" if held else "a",
        "customer_id": who,
        "proposed_at": at,
        "attributes": said | {"group": group},
    }


def _bought(who: str, day: float, category: str = "instalment") -> dict[str, object]:
    at = START + timedelta(days=day)
    return {"transaction_id": f"{who}-{day}", "customer_id": who, "occurred_at": at, "amount": 1.0, "category": category}


def _found(home: Home, at: datetime) -> dict[str, tuple[bool, float, float]]:
    found = experiment(Lake(home), "a", GOAL, at)
    who = found.moments["customer_id"].to_pylist()
    return dict(zip(who, zip(found.treated.tolist(), found.reached.tolist(), found.chance.tolist(), strict=True), strict=True))


def test_everybody_counts_once_as_they_were_drawn(tmp_path):
    made = Home(tmp_path / "home")
    asked = [
        *(_asked("twice", 1), _asked("twice", 5)),
        *(_asked("held", 1, held=True), _asked("held", 2, held=True)),
        _asked("before", 3),
        _asked("late", 1),
        _asked("other", 1, held=True, share=0.1),
        _asked("control", 1, group="control"),
        _asked("open", 95),
        {**_asked("plain", 1), "attributes": {"group": "champion"}},
    ]
    bought = [
        *(_bought("twice", 14), _bought("held", 4), _bought("before", 2.9), _bought("late", 11.01)),
        *(_bought("other", 2, "groceries"), _bought("control", 2), _bought("open", 96), _bought("plain", 2)),
    ]
    ingest_rows(Lake(made), "proposals", asked, known_at=START)
    ingest_rows(Lake(made), "transactions", bought, known_at=START)
    expected = {
        "twice": (True, 0.0, 0.75),
        "held": (False, 1.0, 0.75),
        "before": (True, 0.0, 0.75),
        "late": (True, 0.0, 0.75),
        "other": (False, 0.0, 0.9),
    }
    assert _found(made, START + timedelta(days=100)) == expected
    assert _found(made, START + timedelta(days=3)) == {}, "nobody's time is over"


def test_what_was_not_known_yet_is_not_seen(tmp_path):
    made = Home(tmp_path / "home")
    ingest_rows(Lake(made), "proposals", [_asked("c", 1)], known_at=START)
    ingest_rows(Lake(made), "transactions", [_bought("c", 2)], known_at=START + timedelta(days=40))
    assert _found(made, START + timedelta(days=30)) == {"c": (True, 0.0, 0.75)}
    assert _found(made, START + timedelta(days=41)) == {"c": (True, 1.0, 0.75)}


def test_two_ids_of_one_person_are_one(tmp_path):
    made = Home(tmp_path / "home")
    same = {"kind": "customer_id", "value": "c2", "customer_id": "c1", "verified_at": START}
    ingest_rows(Lake(made), "identities", [same], known_at=START)
    ingest_rows(Lake(made), "proposals", [_asked("c1", 1, held=True), _asked("c2", 4, held=True)], known_at=START)
    ingest_rows(Lake(made), "transactions", [_bought("c2", 3)], known_at=START)
    assert _found(made, START + timedelta(days=30)) == {"c1": (False, 1.0, 0.75)}


def test_the_draw_of_the_world_is_the_draw_of_the_decision(tmp_path):
    home = Home(tmp_path / "home")
    live(home, people=400)
    found = experiment(Lake(home), "a", GOAL, LEARNED)
    names = found.moments["customer_id"].to_pylist()
    np.testing.assert_array_equal(found.treated, [not in_holdout("a", who, GOAL.holdout) for who in names])
    assert found.moments["at"].to_pylist() == [START.replace(tzinfo=None) + EVERY * number for number in range(len(names))]
