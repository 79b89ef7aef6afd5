"""Bad input gets a clear answer that names the field and the mend, and never a 500."""

import pytest

GOOD = {"interaction_id": "r1", "customer_id": "c000002", "channel": "voice"}


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"channel": "fax"}, "channel", "voice"),
        ({"limit": 11}, "limit", "10"),
        ({"limit": 0}, "limit", "1"),
        ({"customer_id": ""}, "customer_id", "at least 1"),
        ({"colour": "red"}, "colour", "not permitted"),
        ({"scene": {"sentiment": 2}}, "scene.sentiment", "1"),
        ({"scene": {"contact_reason": "weather"}}, "scene.contact_reason", "bill_query"),
        ({"scene": {"facts": {"shoe_size": 43}}}, "scene.facts.shoe_size", "max_monthly_cost"),
        ({"language": "fr"}, "language", "zh-CN"),
        ({"at": "2026-01-01T00:00:00"}, "at", "timezone"),
        ({"at": "2026-01-01T00:00:00Z"}, "at", "--clock request"),
    ],
)
def test_a_wrong_request_is_a_422_that_names_the_field(ask, change, field, says):
    answer = ask("/v1/decisions", GOOD | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert field in [error["field"] for error in errors]
    assert says in " ".join(error["detail"] for error in errors)


def test_a_request_without_key_or_with_a_wrong_one_is_a_401(client):
    assert client.post("/v1/decisions", json=GOOD).status_code == 401
    assert client.post("/v1/decisions", json=GOOD, headers={"Authorization": "Bearer nonsense"}).status_code == 401


def test_an_auditor_may_read_and_not_decide(ask):
    assert ask("/v1/decisions", GOOD, role="auditor").status_code == 403


def test_an_outcome_word_nobody_knows_is_refused_with_the_list(ask):
    decision = ask("/v1/decisions", GOOD | {"scene": {"resolved": True}}).json()
    report = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"], "outcome": "Accepted "}
    answer = ask("/v1/outcomes", report)
    assert answer.status_code == 422
    assert "presented, accepted, declined" in answer.json()["detail"]


def test_an_outcome_of_an_unknown_decision_is_a_404(ask):
    assert ask("/v1/outcomes", {"decision_id": "no", "action_id": "x", "outcome": "accepted"}).status_code == 404


def test_in_a_batch_the_bad_line_is_refused_by_number_and_the_others_stand(ask):
    decision = ask("/v1/decisions", GOOD | {"scene": {"resolved": True}}).json()
    good = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"], "outcome": "presented"}
    answer = ask("/v1/outcomes", [good, good | {"outcome": "maybe"}, good | {"action_id": "unheard_of"}])
    assert answer.status_code == 201
    assert answer.json()["accepted"] == 1
    assert [refused["number"] for refused in answer.json()["refused"]] == [1, 2]


def test_health_and_readiness_say_what_serves(client):
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert ready["model_version"] == "1"
