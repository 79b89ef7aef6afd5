"""playcall replay: from a file to an answer, or to a refusal that says why."""

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from known_logs import hand_made

from features.home import Home
from training.cli.replay import replay_command
from training.errors import LogError, TooLittleOverlap, ZeroSupport


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """2,000 proposals as `export --format bandit` writes them; every tenth row has no reward yet."""
    log, _ = hand_made().log(2000, np.random.default_rng(6))
    candidates = [json.dumps(dict(zip(log.actions, row, strict=True))) for row in log.logged.tolist()]
    return pa.table(
        {
            "decision_id": [f"d{row}" for row in range(2000)],
            "customer_id": [f"c{row % 701}" for row in range(2000)],
            "channel": ["voice" if row % 3 else "app" for row in range(2000)],
            "action_id": [log.actions[slot] for slot in log.action],
            "reward": [None if row % 10 == 0 else reward for row, reward in enumerate(log.reward.tolist())],
            "probability": log.shown.tolist(),
            "action_probabilities": candidates,
        }
    )


def _run(tmp_path, table: pa.Table, policy: str, *further: str, name: str = "log.parquet"):
    path = tmp_path / name
    if name.endswith(".parquet"):
        pq.write_table(table, path)
    else:
        pacsv.write_csv(table, path)
    ran = CliRunner().invoke(
        replay_command, ["--policy", policy, "--log", str(path), "--json", *further], obj=Home(tmp_path), catch_exceptions=True
    )
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


@pytest.mark.parametrize("policy", ["uniform", "most-popular"])
def test_a_named_policy_gets_a_value_per_estimator_with_its_interval(tmp_path, table, policy):
    found = _run(tmp_path, table, policy)
    assert found["rows"] == 1800
    assert found["customers"] == 701
    for name in ("ips", "snips", "dr"):
        estimate = found["estimators"][name]
        assert estimate["low"] < estimate["value"] < estimate["high"]
    assert found["warnings"] == []


def test_csv_and_parquet_tell_the_same(tmp_path, table):
    one = _run(tmp_path, table, "uniform")["estimators"]
    other = _run(tmp_path, table, "uniform", name="log.csv")["estimators"]
    assert one["ips"]["value"] == pytest.approx(other["ips"]["value"])


def test_a_file_of_probabilities_is_a_candidate(tmp_path, table):
    everywhere = tmp_path / "always.json"
    everywhere.write_text(json.dumps({"a0": 0.5, "a3": 0.5}))
    by_decision = tmp_path / "rows.parquet"
    decisions = table["decision_id"].to_pylist()
    pq.write_table(
        pa.table({"decision_id": decisions * 2, "action_id": ["a0"] * 2000 + ["a3"] * 2000, "probability": [0.5] * 4000}), by_decision
    )
    one, other = (_run(tmp_path, table, str(path))["estimators"] for path in (everywhere, by_decision))
    assert one == other


def test_an_action_the_log_never_shows_is_refused_and_can_be_accepted_knowingly(tmp_path, table):
    candidate = tmp_path / "new.json"
    candidate.write_text(json.dumps({"a0": 0.9, "brand_new": 0.1}))
    with pytest.raises(ZeroSupport, match=r"10\.0% of the candidate's proposals have probability 0"):
        _run(tmp_path, table, str(candidate))
    found = _run(tmp_path, table, str(candidate), "--allow-zero-support", "0.11")
    assert found["overlap"]["zero_support"] == pytest.approx(0.1)
    assert "beyond the log" in found["warnings"][0]


def test_too_few_rows_that_agree_are_refused(tmp_path, table):
    with pytest.raises(TooLittleOverlap, match="give a longer log"):
        _run(tmp_path, table.slice(0, 60), "most-popular")


def test_probabilities_the_log_was_not_drawn_by_are_doubted(tmp_path, table):
    claimed = np.full(2000, 0.1)
    lied = table.drop_columns(["action_probabilities"]).set_column(5, "probability", pa.array(claimed))
    target = tmp_path / "a.json"
    target.write_text(json.dumps({"a0": 1.0}))
    assert "should be 1" in _run(tmp_path, lied, str(target))["warnings"][0]


def _without(table: pa.Table, name: str) -> pa.Table:
    return table.drop_columns([name])


def _with(table: pa.Table, name: str, values: list) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def _below(text: str) -> str:
    return json.dumps(json.loads(text) | {"of another kind": -0.1})


NOT_SAID = ("[1]", "1", "null", '{"a0": null}', '{"a0": "x"}')


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda t: _without(t, "reward"), "no column 'reward'"),
        (lambda t: _with(t, "probability", [0.0] * 2000), "row 2: probability is not in"),
        (lambda t: _with(t, "probability", ["much"] * 2000), "'probability' holds string"),
        (lambda t: _with(t, "reward", [None] * 2000), "0 proposals with a known reward"),
        (lambda t: _with(t, "action_id", [None] * 2000), "action_id is missing"),
        (lambda t: _with(t, "action_probabilities", ["{"] * 2000), "row 2: action_probabilities is no JSON"),
        *(
            (lambda t, wrong=wrong: _with(t, "action_probabilities", [wrong] * 2000), "row 2: action_probabilities is no JSON")
            for wrong in NOT_SAID
        ),
        (lambda t: _with(t, "action_probabilities", [_below(text) for text in t["action_probabilities"].to_pylist()]), "a number below 0"),
        (lambda t: _with(t, "customer_id", [b"\xff"] * 2000), "'customer_id' is no text in UTF-8"),
        (lambda t: _with(t, "action_probabilities", ['{"a0": 0.01}'] * 2000), "gives the shown action another probability"),
    ],
)
def test_a_log_that_is_none_is_refused_with_column_and_row(tmp_path, table, spoil, words):
    with pytest.raises(LogError, match=words):
        _run(tmp_path, spoil(table), "uniform")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("half.json", '{"a0": 0.5}', "sum to 0.5"),
        ("list.json", "[1]", "no JSON object"),
        ("short.csv", "action_id\na0\n", "no column 'probability'"),
        ("empty.csv", "action_id,probability\na0,\na1,1\n", "are no probabilities"),
        ("words.csv", "action_id,probability\na0,x\n", "not numbers"),
        ("words_by_decision.csv", "decision_id,action_id,probability\nd1,a0,x\n", "not numbers"),
        ("few.csv", "decision_id,action_id,probability\nd1,a0,1\n", "says nothing of decision 'd2'"),
    ],
)
def test_a_candidate_that_is_none_is_refused(tmp_path, table, name, content, words):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(LogError, match=words):
        _run(tmp_path, table, str(path))


def test_an_unknown_policy_name_is_refused_with_the_names(tmp_path, table):
    with pytest.raises(LogError, match="neither uniform, most-popular, champion, challenger nor a version's number"):
        _run(tmp_path, table, "clever")


def test_a_log_with_two_columns_of_one_name_is_refused(tmp_path, table):
    with pytest.raises(LogError, match="two columns 'channel'"):
        _run(tmp_path, table.append_column("channel", table["channel"]), "uniform", name="log.csv")


def test_further_columns_of_any_kind_may_stand_beside(tmp_path, table):
    count = table.num_rows
    further = {
        "tier": pa.array(["gold", "plain"] * (count // 2)).dictionary_encode(),
        "day": pa.array([date(2026, 1, 1)] * count),
        "told": pa.array([["a"]] * count),
        "flag": pa.array([True, False] * (count // 2)),
    }
    for name, values in further.items():
        table = table.append_column(name, values)
    assert _run(tmp_path, table, "uniform")["rows"] == 1800
