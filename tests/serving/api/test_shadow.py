"""The challenger in the shadow: it prices what the champion decided, nobody is shown it, and nothing waits for it."""

import logging
from dataclasses import replace
from datetime import timedelta
from itertools import count
from shutil import copytree

import numpy as np
import pyarrow as pa
import pytest
from small_champions import AT
from small_desk import PEOPLE
from small_model import fitted, rows

from features.events.lake import Lake
from features.home import Home
from playbooks.load import default_book, load_playbook
from serving.decision.assignment import in_share
from serving.errors import SettingsError
from serving.records import shadow
from serving.records.decisions import find_decisions
from serving.records.outbox import waiting_lines
from serving.records.shadow import SALT, Shadow
from serving.records.tables import OUTBOX, SCHEMAS
from serving.settings import read_settings
from training.fatigue import Fatigue
from training.label_table import labelled_proposals
from training.registry import CHALLENGER, CHAMPION, MODEL, Registry
from training.registry_champions import Signature, crown

ALL = {"PLAYCALL_SHADOW_SHARE": "1"}


def model(seed: int):
    """It knows every action of the book, the customer's age, the talk, and what was shown before."""
    actions = sorted(load_playbook(default_book()).actions)
    dice = np.random.default_rng(seed)
    table = rows(400)
    table = table.set_column(table.column_names.index("action_id"), "action_id", pa.array(dice.choice(actions, 400)))
    table = table.set_column(table.column_names.index("sentiment"), "sentiment", pa.array(dice.uniform(-1, 1, 400)))
    liked = np.asarray(table["age"]) + 40 * np.asarray(table["sentiment"]) + dice.normal(0, 10, 400) > 45
    return replace(
        fitted(table, liked.astype(float), seed), evidence=dict.fromkeys(actions, 300), fatigue=Fatigue(0.1, (-0.4, -0.3, 0.2), {})
    )


@pytest.fixture(scope="module")
def two_models(furnished, tmp_path_factory):
    """A home with version 1 as champion and version 2 as challenger."""
    root = copytree(furnished, tmp_path_factory.mktemp("two") / "home")
    registry = Registry(Home(root))
    for seed in (1, 2):
        registry.set_alias(CHALLENGER, registry.log(model(seed), {}, {}, []))
        if seed == 1:
            crown(registry, "1", Signature(AT), "tested")
    return root


@pytest.fixture
def home(two_models, tmp_path):
    return copytree(two_models, tmp_path / "home")


def delivered(desk) -> dict[tuple[str, str], dict[str, str]]:
    """The attributes of every proposal in the lake, after a delivery."""
    desk.service.deliver()
    assert waiting_lines(desk.service.store) == 0
    with Lake(desk.service.settings.home).connect() as connection:
        found = connection.sql("SELECT decision_id, action_id, attributes FROM proposals WHERE superseded_at IS NULL").to_arrow_table()
    return {(row["decision_id"], row["action_id"]): dict(row["attributes"]) for row in found.to_pylist()}


def unseen(attributes: dict[str, str]) -> set[str]:
    return {name for name in attributes if name.startswith("shadow_")}


def priced(attributes) -> set[str]:
    return {decision_id for (decision_id, _), told in attributes.items() if unseen(told)}


def ask(desk, number: int) -> dict:
    return desk.decide(f"talk {number}", scene={"resolved": True, "sentiment": 0.6 * number - 0.4}, limit=10)


def answer(desk, decision: dict, action_id: str, outcome: str) -> None:
    told = {"decision_id": decision["decision_id"], "action_id": action_id, "outcome": outcome}
    assert desk.post("/v1/outcomes", told).status_code == 201


def test_it_says_what_the_challenger_would_have_ranked_by_had_it_decided(home, open_desk, two_models, tmp_path):
    """The same three moments in two worlds, in one of which the challenger decides; an answer falls between the first and the others."""
    elsewhere = copytree(two_models, tmp_path / "there")
    Registry(Home(elsewhere)).set_alias(CHAMPION, "2")
    here, there = open_desk(**ALL), open_desk(PLAYCALL_HOME=str(elsewhere))
    pairs = [(ask(here, 0), ask(there, 0))]
    shown = [{card["action_id"] for card in decision["actions"]} for decision in pairs[0]]
    both = sorted(shown[0] & shown[1])
    for outcome, action_id in zip(("presented", "declined", "deferred"), both, strict=False):
        for desk, decision in zip((here, there), pairs[0], strict=True):
            answer(desk, decision, action_id, outcome)
    for desk in (here, there):
        desk.clock.pass_by(timedelta(hours=1))
    pairs += [(ask(here, number), ask(there, number)) for number in (1, 2)]
    told = delivered(here)
    differ = 0
    for mine, other in pairs:
        kept = find_decisions(there.service.store, "default", {other["decision_id"]})[other["decision_id"]]
        would = dict(zip(kept.ranked().action_ids, kept.ranked().propensity, strict=True))
        for card in mine["actions"]:
            attributes = told[mine["decision_id"], card["action_id"]]
            assert attributes["shadow_version"] == "2"
            assert float(attributes["shadow_propensity"]) == would[card["action_id"]]
            assert attributes["model"] == "1"
            assert float(attributes["propensity"]) == card["propensity"]
            differ += card["propensity"] != would[card["action_id"]]
    assert differ == len(told), "the two models say different things, or nothing is compared here"


def test_no_answer_knows_of_the_shadow(home, open_desk, two_models, tmp_path):
    elsewhere = copytree(two_models, tmp_path / "alone")
    Registry(Home(elsewhere)).client().delete_registered_model_alias(MODEL, CHALLENGER)
    watched, alone = open_desk(**ALL), open_desk(PLAYCALL_HOME=str(elsewhere))
    for desk in (watched, alone):
        # Chance is drawn from the decision's id, the words' too.
        desk.service.decider._ids = map("dec_{}".format, count()).__next__
    for number in (0, 1, 2):
        answers = [ask(desk, number) for desk in (watched, alone)]
        attributes = [delivered(desk) for desk in (watched, alone)]
        assert len(priced(attributes[0])) == number + 1
        assert not priced(attributes[1])
        assert answers[0] == answers[1]
        assert "shadow" not in str(answers[0])


@pytest.mark.parametrize("share", ["0.3", "0"])
def test_the_share_is_that_of_a_hash_of_its_own(open_desk, share):
    desk = open_desk(PLAYCALL_SHADOW_SHARE=share)
    made = [desk.decide(f"talk {who}", who)["decision_id"] for who in PEOPLE]
    expected = {decision_id for decision_id in made if in_share(SALT, decision_id, float(share))}
    assert priced(delivered(desk)) == expected
    assert len(expected) < len(made)
    assert bool(expected) == (share != "0")


def test_of_a_crowd_only_so_many_are_priced_and_all_are_delivered(open_desk, monkeypatch):
    monkeypatch.setattr(shadow, "MOST", 3)
    desk = open_desk(**ALL)
    made = [desk.decide(f"talk {who}", who)["decision_id"] for who in PEOPLE[:9]]
    told = delivered(desk)
    assert {decision_id for decision_id, _ in told} == set(made)
    assert priced(told) == set(sorted(made)[:3])


def test_control_and_challenger_and_another_book_stay_out(open_desk):
    desk = open_desk(**ALL)
    service, made = desk.service, desk.decide()["decision_id"]
    (kept,) = find_decisions(service.store, "default", {made}).values()
    beside = Shadow(service.store, "default", service.models.challenger, service.books.of("default"), 1.0)
    assert list(beside.said_of([kept])) == [made]
    changes = ({"assignment": "control"}, {"assignment": "challenger"}, {"playbook_version": "older"})
    assert [beside.said_of([replace(kept, **change)]) for change in changes] == [{}, {}, {}]


class Broken:
    """Raises for everybody, or answers for one action too few."""

    version = "2"

    def __init__(self, inner, *, short: bool) -> None:
        self.inner, self.short = inner, short

    def score(self, customer, talk, action_ids):
        if not self.short:
            raise SystemError("the trees are damaged")
        return self.inner.score(customer, talk, action_ids[1:])


def failed(desk) -> float:
    text = desk.get("/metrics").text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("playcall_shadow_failed_total{"))


@pytest.mark.parametrize("short", [True, False])
def test_a_broken_challenger_holds_no_delivery_up(open_desk, caplog, short):
    desk = open_desk(**ALL)
    service = desk.service
    service.models = replace(service.models, challenger=Broken(service.models.challenger, short=short))
    before = failed(desk)
    with caplog.at_level(logging.WARNING):
        made = [desk.decide(f"talk {who}", who)["decision_id"] for who in PEOPLE[:4]]
        told = delivered(desk)
    assert {decision_id for decision_id, _ in told} == set(made)
    assert not priced(told)
    assert failed(desk) == before + 4
    assert caplog.text.count("version 2 in the shadow could not price") == 1


def test_a_vector_whose_names_are_gone_holds_no_delivery_up(open_desk, caplog):
    desk = open_desk(**ALL)
    made = desk.decide()["decision_id"]
    with desk.service.store.transaction() as connection:
        connection.execute(SCHEMAS.delete())
    told = delivered(desk)
    assert {decision_id for decision_id, _ in told} == {made}
    assert not priced(told)
    assert "are not kept" in caplog.text


def test_a_second_delivery_with_another_challenger_leaves_one_proposal(open_desk):
    """A worker that died between the lake and the outbox delivers again; by then another version may be the challenger."""
    desk = open_desk(**ALL)
    decision = desk.decide()
    lines = desk.service.store.rows(OUTBOX.select())
    first = delivered(desk)
    with desk.service.store.transaction() as connection:
        connection.execute(OUTBOX.insert(), [dict(line._mapping) for line in lines])
    desk.service.models = replace(desk.service.models, challenger=replace(model(3), version="2"))
    told = delivered(desk)
    assert first.keys() == told.keys()
    assert all(told[key]["shadow_propensity"] != first[key]["shadow_propensity"] for key in told)
    assert len(told) == len(decision["actions"])
    labelled = labelled_proposals(Lake(desk.service.settings.home), {}, desk.clock.now() + timedelta(days=1))
    assert labelled.num_rows == len(decision["actions"])


@pytest.mark.parametrize("share", ["1.1", "-1", "half"])
def test_a_share_is_a_share(share):
    with pytest.raises(SettingsError, match="PLAYCALL_SHADOW_SHARE is"):
        read_settings({"PLAYCALL_SHADOW_SHARE": share})
