"""The closed loop measures what it says: the same talks and luck for all, chance at the bottom, the oracle on top."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from features.customer import CustomerFeatures, FeatureSchema, HistoryEvent
from features.simulator.moment import SimMoment, SimTalk
from serving.cli.bench import bench_command
from serving.cli.benches.policy.asked import Asked, Pick
from serving.cli.benches.policy.context import Context
from serving.cli.benches.policy.linear import LinearBandit
from serving.cli.benches.policy.memory import Memory
from serving.cli.benches.policy.regret import draw_regret, shares
from serving.cli.benches.policy.simple import MostPopular
from serving.cli.benches.policy.styled import Styled
from serving.cli.benches.policy_value import measured
from training.talk import TALK_TEXTS, Talk

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
TALK = SimTalk("c000001", SimMoment(AT, "voice", "bill_query", "issue", 0.4, True))
SCHEMA = FeatureSchema(("spend", "empty"), ("tier",))


def _event(action: str, outcome: str, days: int) -> HistoryEvent:
    return HistoryEvent("d1", action, outcome, "app", AT - timedelta(days=days))


def test_the_truth_hears_what_this_policy_did_before_and_no_longer_than_it_matters():
    memory = Memory()
    memory.note("c000001", [_event("autopay", "presented", 5), _event("autopay", "presented", 61), _event("autopay", "declined", 89)])
    memory.note("c000001", [_event("ebill", "presented", 1), _event("ebill", "accepted", 1)])
    autopay, ebill = (memory.moment(TALK, action) for action in ("autopay", "ebill"))
    assert (autopay.recent_proposals, autopay.recent_declines, autopay.accepted_before) == (1, 1, False)
    assert (ebill.recent_proposals, ebill.recent_declines, ebill.accepted_before) == (1, 0, True)
    assert Memory().moment(TALK, "autopay") == TALK.moment


def _past(rows: int, rng: np.random.Generator) -> pa.Table:
    texts = {name: ["voice" if row % 2 else None for row in range(rows)] for name in TALK_TEXTS}
    numbers = {name: rng.normal(size=rows) for name in ("spend", "sentiment", "wait_seconds", "transfers")}
    return pa.table(numbers | {"empty": np.full(rows, np.nan), "tier": ["gold", "basic"] * (rows // 2)} | texts)


def test_a_bandit_sees_the_same_of_a_customer_as_of_a_past_row():
    rows = _past(40, np.random.default_rng(1))
    context = Context.of(SCHEMA, rows)
    row = {name: rows[name][7].as_py() for name in rows.column_names}
    customer = CustomerFeatures("c", True, SCHEMA, np.array([row["spend"], np.nan]), (row["tier"],))
    words = {name: row[name] for name in TALK_TEXTS}
    talk = Talk(AT, sentiment=row["sentiment"], wait_seconds=row["wait_seconds"], transfers=row["transfers"], **words)
    assert context.vector(customer, talk) == pytest.approx(context.matrix(rows)[7])
    assert "empty" not in context.numbers


@pytest.mark.parametrize("thompson", [False, True])
def test_a_linear_bandit_learns_whom_each_action_suits(thompson: bool):
    rng = np.random.default_rng(2)
    rows = _past(600, rng)
    context = Context.of(SCHEMA, rows)
    x = context.matrix(rows)
    suits = np.where(x[:, context.numbers.index("spend") + 1] > 0, 10.0, 0.0)
    actions = rng.choice(["rich", "poor"], 600).tolist()
    value = np.array([good if action == "rich" else 10 - good for action, good in zip(actions, suits, strict=True)])
    bandit = LinearBandit(context, 0.1, rng if thompson else None).start(x, actions, value)
    hopes = {name: [bandit._hope(bandit.arms[name], row) for row in x] for name in ("rich", "poor")}
    right = (np.array(hopes["rich"]) > np.array(hopes["poor"])) == (suits > 0)
    assert right.mean() > 0.9


def test_the_most_popular_action_is_the_one_that_brings_most_per_proposal():
    policy = MostPopular({"often": 500.0, "dear": 300.0}, {"often": 100, "dear": 20})

    class Talks:
        candidates = ("often", "dear", "new")

        style = "warm"

    assert policy.choose(Talks()) == ("dear", "warm")  # type: ignore[arg-type]


def _asked(context: Context, rows: pa.Table, row: int) -> Asked:
    known = {name: rows[name][row].as_py() for name in rows.column_names}
    customer = CustomerFeatures("c", True, SCHEMA, np.array([known["spend"], np.nan]), (known["tier"],))
    talk = Talk(AT, sentiment=known["sentiment"], wait_seconds=known["wait_seconds"], transfers=known["transfers"])
    return Asked(("a",), np.array([10.0]), customer, talk, None, lambda _: np.array([0.5]))  # type: ignore[arg-type]


def test_words_are_learned_beside_the_action():
    """Who spends much says yes to expert words alone, the others to warm ones."""
    rng = np.random.default_rng(4)
    rows = _past(600, rng)
    context = Context.of(SCHEMA, rows)
    x = context.matrix(rows)
    rich = rows["spend"].to_numpy() > 0
    said = rng.choice(["expert", "warm"], 600)
    yes = np.where(rich, said == "expert", said == "warm").astype(float)

    class Always:
        def choose(self, asked: Asked) -> Pick:
            return Pick("a", "concise")

        def learn(self, told: object) -> None:
            pass

    policy = Styled.start(Always(), LinearBandit(context, 0.01), x, said.tolist(), yes)
    chosen = [policy.choose(_asked(context, rows, row)) for row in range(200)]
    assert {pick.action_id for pick in chosen} == {"a"}
    assert np.mean([pick.style == ("expert" if much else "warm") for pick, much in zip(chosen, rich, strict=False)]) > 0.9


def test_shares_and_regret_are_those_of_the_values(tmp_path):
    values = {name: np.full((2, 3, 4), value) for name, value in (("random", 1.0), ("oracle", 3.0), ("half", 2.0))}
    values["half"][1] = 2.5
    told = shares(values)
    assert told["half"]["share_of_oracle"] == pytest.approx(0.625)
    assert told["half"]["share_of_oracle_range"] == pytest.approx([0.5, 0.75])
    assert told["half"]["share_of_oracle_by_round"] == pytest.approx([0.625] * 3)
    draw_regret(values, tmp_path / "new" / "regret.png")
    assert (tmp_path / "new" / "regret.png").read_bytes().startswith(b"\x89PNG")


def test_it_takes_no_files(tmp_path):
    from click.testing import CliRunner

    ran = CliRunner().invoke(bench_command, ["policy-value", "--train", str(tmp_path), "--json"])
    assert ran.exit_code == 2
    assert "takes no files" in ran.output


@pytest.mark.slow
def test_chance_is_the_floor_the_oracle_the_ceiling_and_advice_lies_between():
    figures = measured(300, 5, 2, 60, (3,))["policies"]
    mean = {name: one["mean"] for name, one in figures.items()}
    assert mean["oracle"] == max(value for name, value in mean.items() if "words" not in name)
    assert mean["oracle_of_words_too"] > mean["oracle"]
    assert mean["random"] < mean["playcall"] < mean["oracle"]
    assert all(len(one["by_round"]) == 2 for one in figures.values())
    assert figures["random"]["share_of_oracle"] == 0
    assert figures["oracle"]["share_of_oracle"] == pytest.approx(1)
