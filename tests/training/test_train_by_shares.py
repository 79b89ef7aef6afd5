"""`train --engine ray` where the rows are too many to be here: every processor reads its own, and the model is as good as one that saw all rows at once."""

import json

import numpy as np
import pytest
import ray
from click.testing import CliRunner
from small_past import LEARNED, PAST

from features.events.lake import Lake
from features.home import Home
from features.share import dealt
from serving.cli.main import playcall
from training.columns import Columns
from training.engine_ray import on_ray
from training.label_table import answers, labelled_proposals
from training.learn import Lesson, learn
from training.promote import promote
from training.read_share import Asked, read_share
from training.recent import MEMORIES, Level
from training.registry import CHALLENGER, Registry
from training.train import kinds_of, train, windows_of
from training.training_set import Dealt, level_of, training_set

NOISE = 0.1
"""Of the log loss: 70 rows judge the one, and 40 the other, whose recipe 400 choose."""
SHARES, FEW = 3, 400


@pytest.fixture(scope="module")
def processors():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield 2
    ray.shutdown()


@pytest.fixture(scope="module")
def lake(learned_home) -> Lake:
    return Lake(learned_home)


@pytest.fixture(scope="module")
def every(lake, book):
    return training_set(lake, windows_of(book), LEARNED)


@pytest.fixture
def read(lake, book, every, tmp_path):
    """What each of the shares keeps, with its tally."""
    level = level_of(answers(lake, windows_of(book), LEARNED))
    columns, until = Columns.of(every.schema, every.rows), int(every.at[600].astype(np.int64))
    asked = Asked(lake.home, lake.manifest(), windows_of(book), LEARNED, until, columns)
    return [read_share(asked, Dealt(share, level), tmp_path / f"{place}") for place, share in enumerate(dealt(SHARES))]


def in_any_order(rows: np.ndarray) -> np.ndarray:
    return rows[np.lexsort(rows.T)]


def test_the_shares_together_are_the_rows_of_the_training_set_to_the_last_bit(every, read):
    """The level of the day among them, which all answers make."""
    theirs = np.concatenate([kept.batch(place) for kept, _ in read for place in range(len(kept.batches))])
    theirs = np.column_stack([theirs, np.concatenate([kept.label for kept, _ in read])])
    whole = np.column_stack([Columns.of(every.schema, every.rows).matrix(every.rows), every.label])[:600]
    np.testing.assert_array_equal(in_any_order(theirs), in_any_order(whole))


def test_no_reader_holds_much_more_than_its_share(read):
    assert [len(kept.label) for kept, _ in read] == pytest.approx([600 / SHARES] * SHARES, rel=0.2)
    assert sum(tally.labels for _, tally in read) == PAST


@pytest.fixture(scope="module")
def by_shares(lake, book, processors):
    with on_ray(None, rows_here=FEW) as engine:
        yield learn(lake, lesson(book), engine)


def lesson(book) -> Lesson:
    return Lesson(windows_of(book), kinds_of(book), LEARNED, 1)


def test_the_trees_have_seen_rows_that_were_never_here(by_shares):
    assert len(by_shares.labelled.label) == pytest.approx(FEW, rel=0.2)
    drawn = by_shares.fitted.scorer.blend.boosted[0].booster.dump_model()["tree_info"][0]["tree_structure"]["internal_count"]
    assert drawn == pytest.approx(0.8 * by_shares.told["tree_rows"], rel=0.1)
    assert by_shares.told["tree_rows"] == pytest.approx(0.9 * PAST, rel=0.05)


def test_nothing_that_judges_has_been_learned_from(by_shares, every):
    judged = by_shares.labelled.part(0.9, 1)
    assert by_shares.told["tree_rows"] == int((every.at < judged.at[0]).sum())


def test_the_evidence_is_that_of_all_rows(by_shares):
    assert sum(by_shares.fitted.scorer.evidence.values()) == by_shares.told["tree_rows"]
    assert by_shares.labels == PAST


def test_rows_that_fit_give_the_same_model_to_the_last_bit(lake, book, processors, tmp_path):
    """As long as they are no more than `rows_here` nobody else reads."""
    for name, rows_here in (("at the bound", PAST), ("far below it", 1_000_000)):
        with on_ray(None, rows_here) as engine:
            learn(lake, lesson(book), engine).fitted.scorer.save(tmp_path / name)
    one, other = ({file.name: file.read_bytes() for file in folder.iterdir()} for folder in sorted(tmp_path.iterdir()))
    assert one == other


def test_the_answers_are_those_of_the_labels_in_the_order_they_were_known(lake, book):
    labelled = labelled_proposals(lake, windows_of(book), LEARNED).sort_by("label_known_at")
    known = answers(lake, windows_of(book), LEARNED)
    assert known["label_known_at"].to_pylist() == labelled["label_known_at"].to_pylist()
    assert known["label"].to_pylist() == labelled["label"].to_pylist()


def test_the_level_says_how_long_its_answers_took():
    level = Level.of(np.arange(1_000) * 10, np.ones(1_000))
    assert level.took(9_000) == MEMORIES[-1] * 10
    assert level.took(55) == 55, "there are no more answers than these"


def test_of_too_many_proposals_a_sample_tells_whether_to_promote(home: Home, book, monkeypatch):
    train(home, book, LEARNED, seed=2)
    monkeypatch.setattr("training.promote.ROWS_HERE", FEW)
    assert promote(home, book, LEARNED).proposals == pytest.approx(FEW / 10, rel=0.2)


def test_the_verb_gives_the_metrics_of_the_local_engine_and_says_what_was_here(home: Home, processors):
    here, there = told(home), told(home, "--engine", "ray", "--rows-here", str(FEW))
    assert there["labels"] == here["labels"]
    assert there["metrics"]["log_loss"] == pytest.approx(here["metrics"]["log_loss"], abs=NOISE)
    kept = Registry(home).parameters(CHALLENGER)
    assert int(kept["sample"]) == pytest.approx(FEW, rel=0.2)


def told(home: Home, *options: str) -> dict:
    ran = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, ["train", "--clock", "data", "--json", *options])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)
