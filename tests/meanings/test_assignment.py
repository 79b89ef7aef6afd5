"""Control, challenger, trials: a stable hash of (that experiment's salt, the unit). A changed share moves only those it must."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from itertools import combinations, pairwise

import numpy as np
import pytest

from serving.decision.assignment import customer_month, fraction, group_of, in_share, trial_arm, two_fractions

PEOPLE = [f"c{number:06d}" for number in range(100_000)]


def taken(salt: str, share: float) -> set[str]:
    return {person for person in PEOPLE if in_share(salt, person, share)}


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5])
def test_a_share_is_that_share(share):
    spread = np.sqrt(share * (1 - share) * len(PEOPLE))
    assert abs(len(taken("control", share)) - share * len(PEOPLE)) < 4 * spread


def test_nobody_at_nothing_and_everybody_at_one():
    assert not taken("control", 0.0)
    assert taken("control", 1.0) == set(PEOPLE)


def test_a_share_from_nothing_to_all_and_back_leaves_everybody_who_need_not_move():
    there = [taken("challenger", share) for share in (0.0, 0.05, 0.1, 0.5, 1.0)]
    assert all(smaller <= larger for smaller, larger in pairwise(there))
    assert taken("challenger", 0.1) == there[2]


def test_two_experiments_are_independent():
    one, other = taken("control", 0.2), taken("challenger", 0.3)
    assert len(one & other) / len(PEOPLE) == pytest.approx(0.06, abs=0.004)


def test_a_wider_challenger_gate_moves_nobody_into_or_out_of_control():
    before = [group_of(person, person, 0.02, 0.1) for person in PEOPLE[:20_000]]
    after = [group_of(person, person, 0.02, 0.6) for person in PEOPLE[:20_000]]
    assert [group == "control" for group in before] == [group == "control" for group in after]
    assert all(group != "challenger" or now == "challenger" for group, now in zip(before, after, strict=True))


def test_a_trials_gate_and_arm_are_independent():
    narrow = {person: trial_arm("words", person, 0.2, ["a", "b"]) for person in PEOPLE[:20_000]}
    wide = {person: trial_arm("words", person, 0.8, ["a", "b"]) for person in PEOPLE[:20_000]}
    assert all(arm is None or wide[person] == arm for person, arm in narrow.items())
    arms = [arm for arm in wide.values() if arm]
    assert arms.count("a") / len(arms) == pytest.approx(0.5, abs=0.02)


def test_the_unit_of_control_is_the_customer_in_a_month():
    assert customer_month("c1", datetime(2026, 3, 31, 23, 59, tzinfo=UTC)) == "c1@2026-03"
    months = [f"c000001@2026-{month:02d}" for month in range(1, 13)]
    assert len({fraction("control", month) for month in months}) == 12


def test_golden_values_hold_in_every_process_and_release():
    assert fraction("control", "c000001@2026-03") == GOLDEN["control"]
    assert fraction("challenger", "c000001") == GOLDEN["challenger"]
    assert two_fractions("trial:words", "c000001") == GOLDEN["trial"]


def test_the_boundary_itself_is_outside_and_one_step_further_inside():
    """53 bits are the resolution: the smallest share that holds somebody is the next number above their fraction."""
    for salt in ("control", "challenger", "trial:words"):
        for person in PEOPLE[:1000]:
            edge = fraction(salt, person)
            assert not in_share(salt, person, edge)
            assert in_share(salt, person, float(np.nextafter(edge, 1.0)))
            assert edge * 2**53 == int(edge * 2**53)


@pytest.mark.parametrize("salt", ["control", "challenger"])
def test_the_fractions_of_100000_ids_are_even_over_a_hundred_cells(salt):
    """Pearson's chi-square (1900), 99 degrees of freedom: beyond 148.2 lies one in a thousand."""
    counts = np.bincount([int(fraction(salt, person) * 100) for person in PEOPLE], minlength=100)
    assert float(((counts - 1000.0) ** 2 / 1000.0).sum()) < 148.2


def test_control_challenger_and_trials_share_nobody_but_by_chance():
    """Three tables of two by two, one degree of freedom each: beyond 10.83 lies one in a thousand."""
    inside = {
        "control": {person for person in PEOPLE if in_share("control", person, 0.5)},
        "challenger": {person for person in PEOPLE if in_share("challenger", person, 0.5)},
        "trial": {person for person in PEOPLE if trial_arm("words", person, 0.5, ["new"])},
    }
    for one, other in combinations(inside.values(), 2):
        both, only, half = len(one & other), len(one - other), len(PEOPLE) / 4
        cells = np.array([both, only, len(other - one), len(PEOPLE) - len(one | other)])
        assert float(((cells - half) ** 2 / half).sum()) < 16.27, "three degrees of freedom with the shares themselves"


def test_another_process_puts_everybody_in_the_same_place():
    asked = "from serving.decision.assignment import fraction; print([fraction('control', f'c{n}') for n in range(50)])"
    ran = [
        subprocess.run([sys.executable, "-c", asked], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
        for seed in ("1", "2")
    ]
    assert ran[0].stdout == ran[1].stdout == f"{[fraction('control', f'c{n}') for n in range(50)]}\n"


GOLDEN = {"control": 0.38793037231535255, "challenger": 0.12249660394580775, "trial": (0.19657132083797602, 0.24359848257936745)}
