"""A person's data can be told and taken out, and old talks go: from the records, on either database."""

from datetime import timedelta

import pytest
from small_home import START
from sqlalchemy import select, update

from serving.records.person import erase_records, told, traces_of
from serving.records.retention import forget_older
from serving.records.tables import DECISIONS, IDEMPOTENCY, INTERACTIONS, OUTBOX, OUTCOMES, STREAM

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TABLES = (DECISIONS, OUTCOMES, INTERACTIONS, STREAM, OUTBOX, IDEMPOTENCY)


@pytest.fixture
def advised(place):
    """Two people were advised and answered; k1 asked with an Idempotency-Key."""
    _, service, desk = place
    for name in ("k1", "k2"):
        decision = desk.decide(name, f"talk-{name}")
        desk.report(decision, "declined", START + HOUR)
    body = {"interaction_id": "keyed", "customer_id": "k1", "channel": "voice", "at": (START + 2 * HOUR).isoformat()}
    headers = {"Authorization": f"Bearer {desk.keys['agent']}", "Idempotency-Key": "k"}
    answer = desk.client.post("/v1/decisions", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return service, desk


def _everything(store) -> str:
    return str([tuple(row) for table in TABLES for row in store.rows(select(table))])


def test_everything_of_a_person_is_told_and_nothing_of_another(advised):
    service, _ = advised
    person = told(service.store, traces_of(service.store, "default", "k1"))
    assert len(person["decisions"]) == 2
    assert person["decisions"][0]["answer"]["customer_id"] == "k1"
    assert [row["outcome"] for row in person["outcomes"]] == ["declined"]
    assert {row["interaction_id"] for row in person["interactions"]} == {"talk-k1", "keyed"}
    assert "k2" not in str(person)


def test_after_erasing_no_row_names_the_person_and_the_others_stand(advised):
    service, desk = advised
    gone = erase_records(service.store, traces_of(service.store, "default", "k1"))
    assert gone == {"decisions": 2, "outcomes": 1, "interactions": 2, "stream": 2, "idempotency": 1}
    left = _everything(service.store)
    assert "k1" not in left.replace("talk-k2", "")
    assert len(traces_of(service.store, "default", "k2").decisions) == 1
    assert service.deliver().rows == {"proposals": 3, "outcomes": 1}, "what waited for the lake was struck off"
    assert desk.decide("k1", "again")["actions"], "and a later talk starts anew"


def test_another_tenant_of_the_same_name_is_somebody_else(advised):
    service, _ = advised
    before = _everything(service.store)
    assert erase_records(service.store, traces_of(service.store, "elsewhere", "k1")) == {}
    assert _everything(service.store) == before


def test_old_talks_go_as_a_whole_once_they_are_in_the_lake(advised):
    service, desk = advised
    late = START + 30 * DAY
    desk.decide("k2", "talk-k2", late)
    assert forget_older(service.store, "default", START + DAY, late) == {}, "nothing has come to the lake yet"
    service.deliver()
    gone = forget_older(service.store, "default", START + DAY, late)
    assert gone == {"decisions": 2, "outcomes": 1, "interactions": 2, "stream": 2}
    left = service.store.rows(select(DECISIONS.c.interaction_id))
    assert {row.interaction_id for row in left} == {"talk-k2"}, "a talk that went on later stays whole"


@pytest.mark.parametrize("change", [{"outcome": "opted_out"}, {"reason": "never_again"}, {"until": START + 400 * DAY}])
def test_what_a_customer_asked_for_good_outlives_its_talk(advised, change):
    service, _ = advised
    service.deliver()
    with service.store.transaction() as connection:
        connection.execute(update(OUTCOMES).where(OUTCOMES.c.customer_id == "k1").values(**change))
    forget_older(service.store, "default", START + DAY, START + 60 * DAY)
    assert [row.customer_id for row in service.store.rows(select(OUTCOMES.c.customer_id))] == ["k1"]
