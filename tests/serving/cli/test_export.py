"""What `playcall export` promises: every decision and every outcome, in the columns other tools read, true to what was served."""

import gzip
import importlib
import json
import shutil
from collections import Counter
from datetime import timedelta
from importlib.util import find_spec

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from small_home import KNOWN, START, Desk, open_service, opened

from features.home import Home
from serving.cli.main import playcall
from training.replay.read_log import read_log

DAY = timedelta(days=1)
SCENE = {"contact_reason": "bill_query", "resolved": True, "sentiment": -0.1}


@pytest.fixture(scope="module")
def served(blank_home, tmp_path_factory):
    """A home in which three customers were advised, with what became of it; the decisions by customer."""
    root = tmp_path_factory.mktemp("export") / "home"
    shutil.copytree(blank_home.root, root)
    home = Home(root)
    service = open_service(home)
    with opened(service) as client:
        desk = Desk(client, home)
        decisions = {name: desk.decide(name, f"talk-{name}", scene=SCENE) for name in KNOWN}
        assert all(len(decision["actions"]) == 3 for decision in decisions.values())
        desk.report(decisions["k1"], "presented", START + DAY / 24)
        desk.report(decisions["k1"], "converted", START + 10 * DAY)
        desk.report(decisions["k2"], "accepted", START + DAY / 24)
        desk.report(decisions["k2"], "cancelled", START + 3 * DAY)
        desk.report(decisions["k3"], "presented", START + DAY / 24)
        service.deliver()
    return home, decisions


def _export(home: Home, form: str, out, *further: str):
    ran = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(
        playcall, ["export", "--format", form, "--out", str(out), *further], catch_exceptions=False
    )
    assert ran.exit_code == 0, ran.output
    return pq.read_table(out) if str(out).endswith(".parquet") else pacsv.read_csv(out)


def _by_action(table):
    return {(row["decision_id"], row["action_id"]): row for row in table.to_pylist()}


def test_the_training_set_has_a_row_per_proposal_with_label_and_its_time(served, tmp_path):
    home, decisions = served
    rows = _by_action(_export(home, "training-set", tmp_path / "t.parquet"))
    assert len(rows) == 9
    label = {name: rows[decision["decision_id"], decision["actions"][0]["action_id"]] for name, decision in decisions.items()}
    assert (label["k1"]["label"], label["k1"]["decided_by"], label["k1"]["label_at"]) == (1, "converted", START + 10 * DAY)
    assert (label["k2"]["label"], label["k2"]["decided_by"], label["k2"]["label_at"]) == (0, "cancelled", START + 3 * DAY)
    window = 7 * DAY
    assert (label["k3"]["label"], label["k3"]["decided_by"], label["k3"]["label_at"]) == (0, "unanswered", START + DAY / 24 + window)
    assert label["k1"]["value_tier"] == "gold"
    assert (label["k1"]["direction"], label["k1"]["contact_reason"], label["k1"]["sentiment"]) == ("inbound", "bill_query", -0.1)
    never_shown = rows[decisions["k1"]["decision_id"], decisions["k1"]["actions"][1]["action_id"]]
    assert never_shown["label"] is None


def test_the_data_clock_leaves_what_silence_has_not_decided_open(served, tmp_path):
    home, decisions = served
    rows = _by_action(_export(home, "training-set", tmp_path / "t.parquet", "--clock", "data"))
    third = decisions["k3"]
    assert rows[third["decision_id"], third["actions"][0]["action_id"]]["label"] == 0, "ten days later silence has decided"
    assert max(row["proposed_at"] for row in rows.values()) == START


def test_the_bandit_log_gives_every_candidate_its_probability_and_replay_reads_it(served, tmp_path):
    home, decisions = served
    path = tmp_path / "b.parquet"
    rows = _by_action(_export(home, "bandit", path))
    assert len(rows) == 9
    for decision in decisions.values():
        for card in decision["actions"]:
            row = rows[decision["decision_id"], card["action_id"]]
            candidates = json.loads(row["action_probabilities"])
            assert sum(candidates.values()) == pytest.approx(1)
            assert candidates[card["action_id"]] == pytest.approx(card["probability"]) == pytest.approx(row["probability"])
            assert row["decided_at"] == START
    assert [row["reward"] for row in rows.values() if row["reward"] is not None].count(1.0) == 1
    assert read_log(path).rows == 3


def test_the_decision_analyzer_log_has_every_action_of_the_book_once_a_decision(served, tmp_path):
    home, decisions = served
    rows = _export(home, "decision-analyzer", tmp_path / "d.parquet").to_pylist()
    for decision in decisions.values():
        mine = [row for row in rows if row["pxInteractionID"] == decision["decision_id"]]
        assert set(Counter(row["pyName"] for row in mine).values()) == {1}
        output = {row["pyName"]: row for row in mine if row["pxRecordType"] == "OUTPUT"}
        assert set(output) == {card["action_id"] for card in decision["actions"]}
        for card in decision["actions"]:
            row = output[card["action_id"]]
            net = row["FinalPropensity"] * row["ContextWeight"] * row["Value"] * row["Weight"] - row["Cost"]
            assert row["Priority"] == pytest.approx(card["priority"]) == pytest.approx(net)
            assert (row["pyIssue"], row["pyGroup"], row["pyTreatment"]) == (card["kind"], card["group"], card["script"]["script_id"])
        fell = {row["pyName"]: row for row in mine if row["pxRecordType"] == "FILTERED_OUT" and row["Priority"] is None}
        assert {name: row["pxComponentName"] for name, row in fell.items()} == {
            w["action_id"]: w["policy_id"] for w in decision["withheld"]
        }
        outranked = [row for row in mine if row["pxComponentName"] == "outranked"]
        assert min(row["Stage_pyOrder"] for row in output.values()) > max(row["Stage_pyOrder"] for row in outranked)


def test_the_interaction_history_tells_each_outcome_in_the_words_of_its_readers(served, tmp_path):
    home, decisions = served
    rows = _export(home, "interaction-history", tmp_path / "i.csv").to_pylist()
    told = [(row["pySubjectID"], row["pyOutcome"], row["PlaycallOutcome"]) for row in rows]
    assert Counter(told) == Counter(
        [
            ("k1", "Impression", "presented"),
            ("k2", "Accepted", "accepted"),
            ("k3", "Impression", "presented"),
            ("k2", "Cancelled", "cancelled"),
            ("k1", "Conversion", "converted"),
        ]
    )
    times = [row["pxOutcomeTime"] for row in rows]
    assert times == sorted(times)
    assert {row["pxInteractionID"] for row in rows} == {decision["decision_id"] for decision in decisions.values()}
    assert {row["pyDirection"] for row in rows} == {"Inbound"}


def test_the_ending_decides_between_parquet_and_csv_and_another_is_refused(served, tmp_path):
    home, _ = served
    plain = _export(home, "bandit", tmp_path / "b.csv")
    packed = tmp_path / "b.csv.gz"
    _export(home, "bandit", packed)
    assert gzip.decompress(packed.read_bytes()).decode() == (tmp_path / "b.csv").read_text()
    assert plain.num_rows == 9
    refused = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, ["export", "--format", "bandit", "--out", "b.xlsx"])
    assert refused.exit_code == 2
    assert ".parquet, .csv, .csv.gz" in refused.output


def test_a_file_that_could_not_be_written_whole_does_not_replace_the_old_one(served, tmp_path, monkeypatch):
    home, _ = served
    out = tmp_path / "old.parquet"
    _export(home, "bandit", out)
    before = out.read_bytes()
    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_table", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        _export(home, "bandit", out)
    assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == [out]


def test_the_decision_analyzer_log_has_the_columns_pdstools_asks_for(served, tmp_path):
    """Its required columns by name; where pdstools itself is installed, it reads the file and must miss nothing."""
    home, decisions = served
    path = tmp_path / "d.parquet"
    table = _export(home, "decision-analyzer", path)
    texts = (
        "pxInteractionID pyIssue pyGroup pyName pyTreatment Stage_pyName Stage_pyStageGroup pxComponentName pxComponentType pxStrategyName"
    )
    channel = "Primary_ContainerPayload_Channel Primary_ContainerPayload_Direction"
    numbers = "Value ContextWeight Weight FinalPropensity Priority"
    types = {name: str(table.schema.field(name).type) for name in f"{texts} {channel} {numbers} Stage_pyOrder pxDecisionTime".split()}
    assert {types[name] for name in f"{texts} {channel}".split()} == {"string"}
    assert {types[name] for name in numbers.split()} == {"double"}
    assert (types["Stage_pyOrder"], types["pxDecisionTime"]) == ("int32", "timestamp[us, tz=UTC]")
    if find_spec("pdstools"):
        analyzer = importlib.import_module("pdstools.decision_analyzer").DecisionAnalyzer.from_decision_analyzer(str(path))
        assert analyzer.validation_error is None
        assert analyzer.extract_type == "decision_analyzer"
        assert analyzer.overview_stats["Decisions"] == len(decisions)
