"""An explanation over HTTP rests on the record and on the very model that decided."""

import numpy as np
import pytest

from features.action_history import BEFORE_NUMBERS
from serving.records.cases import find_case
from serving.records.decisions import find_decision


@pytest.fixture
def get(client, keys):
    def read(path: str, role: str = "agent", **query):
        return client.get(path, params=query, headers={"Authorization": f"Bearer {keys[role]}"})

    return read


@pytest.fixture
def decision(ask):
    body = {"interaction_id": "why", "customer_id": "c000007", "channel": "voice", "scene": {"resolved": True}, "language": "en"}
    return ask("/v1/decisions", body).json()


def test_the_five_features_are_the_models_own_contributions_on_the_values_of_then(get, decision, service):
    action_id = decision["actions"][0]["action_id"]
    told = get(f"/v1/decisions/{decision['decision_id']}/explanation", action_id=action_id).json()
    case = find_case(service.store, "default", find_decision(service.store, "default", decision["decision_id"]))
    scorer = service.scorer(decision["model_versions"]["propensity"])
    row = scorer.encoded(case.seen, case.talk, [action_id])
    parts = scorer.blend.contributions(row)[0]
    assert parts.sum() == pytest.approx(scorer.blend.predict(row)[0], abs=1e-9)
    moved, names = scorer.calibrator.slope * parts[:-1], scorer.columns.names
    if scorer.fatigue is not None:
        moved, names = np.concatenate([moved, scorer.fatigue.of_one(case.seen.before, action_id)]), (*names, *BEFORE_NUMBERS)
    largest = sorted((abs(m) for name, m in zip(names, moved, strict=True) if name != "action_id"), reverse=True)[:5]
    assert [abs(feature["log_odds"]) for feature in told["features"]] == pytest.approx(largest, abs=0)
    for feature in told["features"]:
        assert feature["log_odds"] == moved[names.index(feature["feature"])]
    parts = told["components"]
    again = scorer.score(case.seen, case.talk, [action_id]).propensity[0]
    assert parts["model_propensity"] == pytest.approx(again, abs=1e-9)
    assert parts["propensity"] == decision["actions"][0]["propensity"]


def test_every_action_of_the_decision_can_be_asked_and_an_unknown_one_is_named(get, decision):
    path = f"/v1/decisions/{decision['decision_id']}/explanation"
    asked = [*(card["action_id"] for card in decision["actions"]), *(fall["action_id"] for fall in decision["withheld"])]
    for action_id in asked:
        told = get(path, action_id=action_id)
        assert told.status_code == 200, told.text
        assert set(told.json()["tellings"]) == {"agent", "analyst", "customer"}
    missing = get(path, action_id="flying_carpet")
    assert missing.status_code == 404
    assert "flying_carpet" in missing.json()["detail"]
    assert get("/v1/decisions/never/explanation").status_code == 404
    assert get(path).json()["action_id"] == decision["actions"][0]["action_id"]


def test_an_agent_from_outside_is_told_why_and_sees_no_values(get, decision):
    path = f"/v1/decisions/{decision['decision_id']}/explanation"
    told = get(path, role="outsourced_agent").json()
    assert set(told["tellings"]) == {"agent", "customer"}
    assert not {"features", "components", "nearest_change"} & set(told)
    assert not [place for place in told["funnel"]["actions"] if "values" in place]
    assert get(f"/v1/decisions/{decision['decision_id']}", role="outsourced_agent", whole=True).status_code == 403


def test_the_whole_record_holds_the_answer_the_ranking_the_values_and_the_outcomes(get, ask, decision):
    first = decision["actions"][0]
    ask("/v1/outcomes", {"decision_id": decision["decision_id"], "action_id": first["action_id"], "outcome": "presented"})
    whole = get(f"/v1/decisions/{decision['decision_id']}", role="auditor", whole=True).json()
    assert decision.items() <= whole.items()
    assert [outcome["outcome"] for outcome in whole["outcomes"]] == ["presented"]
    assert whole["unit"].startswith("c000007@")
    assert whole["features"]["customer.marketing_consent"] in {0.0, 1.0}
    ranked = {line["action_id"]: line for line in whole["ranking"]}
    assert ranked[first["action_id"]]["priority"] == first["priority"]
    assert np.all(np.isfinite([line["priority"] for line in whole["ranking"]]))
