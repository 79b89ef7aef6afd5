"""Decisions made together are those made one by one, with whatever model each customer is assigned."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from features.clock import ClockKind
from playbooks.load import default_book, load_playbook
from serving.bootstrap import bootstrap
from serving.decision.decide import Models
from serving.decision.moment import Moment
from serving.decision.record import Decision
from serving.service import Service
from serving.settings import read_settings
from training.errors import TrainingError
from training.saved import SavedScorer
from training.together import together

SHARES = {"control_share": 0.2, "challenger_share": 0.3, "exploration_share": 0.5}


@pytest.fixture
def service(trained):
    """With a challenger that says something else."""
    book = load_playbook(default_book())
    settings = replace(read_settings({"PLAYCALL_HOME": str(trained.root)}), clock=ClockKind.DATA)
    made = bootstrap(settings, playbook=replace(book, experiment=replace(book.experiment, **SHARES)))
    champion = made.models.champion
    assert isinstance(champion, SavedScorer)
    doubting = replace(champion.calibrator, shift=champion.calibrator.shift - 1.0)
    made.models = Models(champion, replace(champion, version="99", calibrator=doubting))
    yield made
    made.store.close()


def moments(service: Service) -> dict[str, Moment]:
    """Everybody on two channels, and somebody nobody knows."""
    at = service.clock.now()
    asked = [(f"c{number:06d}", channel) for number in range(1, 61) for channel in ("voice", "sms")] + [("nobody", "voice")]
    return {
        f"dec_{place}": Moment("default", f"talk-{place}", customer, channel, "outbound", at, "en", limit=3)
        for place, (customer, channel) in enumerate(asked)
    }


def alone(service: Service, moment: Moment, made: str, monkeypatch: pytest.MonkeyPatch) -> Decision:
    monkeypatch.setattr(service.decider, "_ids", lambda: made)
    return service.decider.decide(moment)


def test_together_or_one_by_one_the_decisions_are_the_same(service, monkeypatch):
    asked = moments(service)
    singly = [alone(service, moment, made, monkeypatch) for made, moment in asked.items()]
    monkeypatch.setattr(SavedScorer, "score", refuse)
    jointly = service.decider.decide_all("default", asked, together)
    assert {one.group for one in jointly} == {"champion", "challenger", "control"}
    assert {one.model_versions["propensity"] for one in jointly} >= {"99"}
    for one, other in zip(singly, jointly, strict=True):
        assert bare(one) == bare(other)
        assert [card.script for card in one.actions] == [card.script for card in other.actions]
        np.testing.assert_allclose(one.ranking.priority, other.ranking.priority, rtol=0, atol=1e-6)
        np.testing.assert_allclose(one.ranking.propensity, other.ranking.propensity, rtol=0, atol=1e-9)
    assert len({card.action_id for one in jointly for card in one.actions}) > 5


def bare(decision: Decision) -> tuple[object, ...]:
    ranked = decision.ranking.action_ids
    return decision.decision_id, decision.group, decision.degraded, decision.withheld, ranked, [card.action_id for card in decision.actions]


def refuse(*_: object) -> None:
    raise AssertionError("asked of one customer alone")


def test_a_model_that_fails_is_said_by_every_decision_that_did_without_it(service, monkeypatch):
    def fail(*_: object) -> None:
        raise TrainingError("the model is damaged; train again")

    monkeypatch.setattr(SavedScorer, "score", fail)
    made = service.decider.decide_all("default", moments(service), fail)
    assert all("model_unavailable" in one.degraded for one in made)


def test_without_a_model_the_book_decides(service):
    service.models = Models(None)
    made = service.decider.decide_all("default", moments(service), together)
    assert all("model_unavailable" in one.degraded and one.actions for one in made)


def test_nobody_is_decided_for_in_no_time(service):
    assert partial(service.decider.decide_all, together=together)("default", {}) == []
