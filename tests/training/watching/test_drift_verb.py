"""`playcall drift`: quiet while the world stays, loud when a feature, a score or the answers go another way."""

import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from small_past import NEWS, PAST, TODAY, live

from serving.cli.main import playcall
from training.watching.last import last_run
from training.watching.limits import DriftLimits
from training.watching.plots import pictures
from training.watching.predictors import Bin, Predictor
from training.watching.report import drift


def watch(home, *arguments: str, code: int, **settings: str):
    told = CliRunner(env={"PLAYCALL_HOME": str(home.root), **settings}).invoke(playcall, ["drift", "--clock", "data", *arguments])
    assert told.exit_code == code, told.output
    return told.output


@pytest.fixture
def lived(home):
    live(home, PAST, NEWS)
    return home


def test_a_world_that_stays_passes_and_the_figures_say_so(lived):
    told = json.loads(watch(lived, "--json", code=0))
    assert (told["champion"], told["learned"], told["since"], told["complaints"]) == ("1", 630, 370, [])
    (model,) = [group for group in told["groups"] if group["by"] == "model"]
    assert model["answers"] == told["answers"]
    assert 0.2 < told["level_served"] < 0.7
    assert 0.2 < told["level_now"] < 0.7
    assert model["auc"] > 0.7
    assert next(iter(told["strength"])) == "attr_mood"
    assert {group["by"] for group in told["groups"]} == {"model", "action", "kind", "channel"}
    assert last_run(lived) == told


def test_a_feature_that_moved_is_named_and_the_exit_code_is_1(home):
    live(home, PAST, NEWS, mood=2.0)
    told = json.loads(watch(home, "--json", "--days", "37", code=1))
    assert told["complaints"][0].startswith("attr_mood: PSI")
    assert any(complaint.startswith("scores: PSI") for complaint in told["complaints"])


def test_a_feature_that_went_silent_is_named(home):
    live(home, PAST, NEWS, mood=None)
    assert "past a limit: attr_mood: gone silent, always missing" in watch(home, "--days", "37", code=1)


def test_answers_that_turned_are_seen_although_no_feature_moved(home):
    live(home, PAST, NEWS, liked=-1.5)
    told = json.loads(watch(home, "--json", code=1))
    assert [re.sub(r"[\d.]+ . [\d.]+$", "", complaint) for complaint in told["complaints"]] == [
        "version 1, asked later: calibration error ",
        "version 1, asked later: AUC ",
    ]


def test_what_was_served_is_judged_per_model_by_what_each_said(home):
    live(home, PAST, 150, model="1", propensity=0.4)
    live(home, PAST + 150, 150, propensity=0.05)
    groups = json.loads(watch(home, "--json", "--days", "37", code=0))["groups"]
    said = {group["name"]: group["said"] for group in groups if group["by"] == "model"}
    assert said == pytest.approx({"version 1": 0.4, "starting propensities": 0.05})


def test_limits_come_from_the_settings_and_an_option_overrides_them(lived):
    assert "AUC" in watch(lived, code=1, PLAYCALL_MIN_AUC="0.99")
    watch(lived, "--min-auc", "0.5", code=0, PLAYCALL_MIN_AUC="0.99")


def test_the_page_holds_its_pictures_and_asks_nobody_for_anything(lived, tmp_path):
    watch(lived, "--html", str(tmp_path / "drift.html"), code=0)
    page = (tmp_path / "drift.html").read_text(encoding="utf-8")
    questions = re.findall(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,', page)
    assert questions[0] == "Do the features lie as they did in training?"
    assert "Does attr_mood still go with a yes as it did?" in questions
    assert len(questions) == page.count("<img") >= 8
    assert not re.search(r"(src|href)=\"(?!data:)", page)


def test_words_of_any_language_are_words_in_the_pictures_and_a_dollar_is_no_formula(lived, book):
    report = drift(lived, book, TODAY, DriftLimits())
    bins = tuple(Bin(name, 0.5, 0.5, 0.1, 0.2, 20) for name in ("上海", "5$ to $9_"))
    (shown,) = [one for one in pictures(replace(report, predictors=[Predictor("attr_城市", bins)])) if "attr_" in one.title]
    drawn = shown.svg.decode()
    assert shown.title == "Does attr_城市 still go with a yes as it did?"
    assert all(word in drawn for word in (shown.title, "上海", "5$ to $9_"))


def test_a_champion_of_another_home_is_refused_with_the_mend(lived):
    shutil.rmtree(lived.lake)
    told = CliRunner(env={"PLAYCALL_HOME": str(lived.root)}).invoke(playcall, ["drift"])
    assert "none of the proposals the champion learned from is here" in str(told.exception)


def test_an_answer_counts_when_its_response_window_has_closed(lived, book):
    """A proposal every three hours: 55 of less than a week are answered, and only the quick ones could be."""
    week = timedelta(days=7)
    now, later = (drift(lived, book, at, DriftLimits()) for at in (TODAY, TODAY + week))
    assert (now.since, now.answers) == (370, 370 - 55)
    assert (later.since, later.answers) == (370, 370)


def test_silence_of_the_service_is_a_complaint(lived):
    told = CliRunner(env={"PLAYCALL_HOME": str(lived.root)}).invoke(playcall, ["drift", "--days", "1"])
    assert told.exit_code == 1, told.output
    assert "nothing was proposed in this time" in told.output


def test_without_a_champion_the_mend_is_named(tmp_path):
    told = CliRunner(env={"PLAYCALL_HOME": str(tmp_path)}).invoke(playcall, ["drift"])
    assert "playcall train" in str(told.exception)
