"""Two customers who are one person: merged and parted on the record, with one history while they are one, and to each their own thereafter."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from features.action_history import ACTION_NUMBERS
from features.action_history_at import action_features_at
from features.build import materialize
from features.compact import open_reader
from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.events.persons import Persons, Step
from features.home import Home
from features.moments import persons_at
from features.transform import features_at
from serving.cli.main import playcall
from serving.records.tables import AUDIT, DECISIONS, OUTCOMES

WHY = "the same passport at two counters"
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def merge(desk, customer: str = "c002", into: str = "c001", **more) -> dict:
    answer = desk.post(f"/v1/customers/{customer}/merge", {"into": into, "reason": WHY} | more, role="manager")
    assert answer.status_code == 201, answer.text
    desk.clock.pass_by(timedelta(seconds=1))
    return answer.json()


def part(desk, customer: str = "c002") -> dict:
    answer = desk.post(f"/v1/customers/{customer}/unmerge", {"reason": "twins, not one"}, role="manager")
    assert answer.status_code == 201, answer.text
    desk.clock.pass_by(timedelta(seconds=1))
    return answer.json()


def talk(desk, customer: str, name: str, channel: str = "voice") -> dict:
    return desk.decide(name, customer=customer, channel=channel, limit=10)


def offered(decision: dict, kind: str | None = None) -> set[str]:
    return {action["action_id"] for action in decision["actions"] if kind in {None, action["kind"]}}


def says(desk, decision: dict, outcome: str, action: str | None = None, **more) -> str:
    action = action or next(card["action_id"] for card in decision["actions"] if card["kind"] == "sell")
    report = {"decision_id": decision["decision_id"], "action_id": action, "outcome": outcome} | more
    assert desk.post("/v1/outcomes", report).status_code == 201
    desk.clock.pass_by(timedelta(seconds=1))
    return action


def test_once_merged_a_no_by_one_door_counts_at_the_other_and_after_a_parting_to_each_their_own(desk):
    declined = says(desk, talk(desk, "c001", "a call"), "declined", reason="never_again")
    assert declined in offered(talk(desk, "c002", "before", "wechat"))
    assert merge(desk) | {"at": None} == {"customer_id": "c002", "person_id": "c001", "ids": ["c001", "c002"], "at": None, "online": True}
    chat = talk(desk, "c002", "together", "wechat")
    assert declined not in offered(chat)
    during = says(desk, chat, "declined")
    assert during not in offered(talk(desk, "c001", "still together"))
    assert part(desk)["ids"] == ["c002"]
    assert {declined} <= offered(talk(desk, "c002", "apart", "wechat"))
    assert during not in offered(talk(desk, "c002", "apart again", "wechat")), "what came in under an id stays with it"
    alone = offered(talk(desk, "c001", "apart, too"))
    assert during in alone
    assert declined not in alone


def test_a_limit_counts_both_and_an_opt_out_of_one_is_an_opt_out_of_the_person(desk):
    first = talk(desk, "c001", "first")
    shown = says(desk, first, "presented")
    says(desk, talk(desk, "c001", "second"), "presented", shown)
    says(desk, talk(desk, "c002", "third", "wechat"), "presented", shown)
    assert shown in offered(talk(desk, "c001", "not yet"))
    merge(desk)
    fallen = next(notice for notice in talk(desk, "c002", "a fourth", "app")["withheld"] if notice["action_id"] == shown)
    assert fallen["policy_id"] == "seen_three_times"
    says(desk, first, "opted_out", shown)
    assert not offered(talk(desk, "c002", "after the opt-out", "wechat"), "sell")
    part(desk)
    assert offered(talk(desk, "c002", "apart", "wechat"), "sell")
    assert not offered(talk(desk, "c001", "apart, too"), "sell")


def test_a_person_without_consent_under_one_id_has_not_agreed(desk):
    told = {"customer_id": "c001", "updated_at": desk.clock.now().isoformat(), "marketing_consent": False}
    assert desk.post("/v1/events", {"table": "customers", "rows": [told]}).status_code == 201
    desk.clock.pass_by(timedelta(seconds=1))
    assert offered(talk(desk, "c002", "before"), "sell")
    merge(desk)
    assert not offered(talk(desk, "c002", "together"), "sell")


def test_a_person_has_one_place_in_every_experiment(desk):
    units = {talk(desk, "c002", "before")["decision_id"]: "c002@2026-03"}
    merge(desk)
    units |= {talk(desk, "c002", "together")["decision_id"]: "c001@2026-03", talk(desk, "c001", "too")["decision_id"]: "c001@2026-03"}
    kept = desk.service.store.rows(select(DECISIONS.c.decision_id, DECISIONS.c.unit, DECISIONS.c.customer_id))
    assert {row.decision_id: row.unit for row in kept} == units
    assert sorted(row.customer_id for row in kept) == ["c001", "c002", "c002"], "each under the id that was asked for"


def test_each_step_says_who_when_and_why_and_rewrites_nothing(desk):
    says(desk, talk(desk, "c002", "before"), "declined")
    before = [desk.service.store.rows(select(table)) for table in (DECISIONS, OUTCOMES)]
    when = desk.clock.now().isoformat()
    merge(desk)
    part(desk)
    assert [desk.service.store.rows(select(table)) for table in (DECISIONS, OUTCOMES)] == before
    page = desk.get("/v1/customers/c001/merges", role="auditor").json()
    assert page["ids"] == ["c001"]
    assert [(step["deed"], step["customer_id"], step["into"], step["reason"]) for step in page["steps"]] == [
        ("merge", "c002", "c001", WHY),
        ("unmerge", "c002", None, "twins, not one"),
    ]
    assert page["steps"][0]["at"] == when
    assert {step["role"] for step in page["steps"]} == {"manager"}
    assert all(step["by"] for step in page["steps"])
    deeds = {(row.deed, row.subject) for row in desk.service.store.rows(select(AUDIT.c.deed, AUDIT.c.subject))}
    assert ("POST /v1/customers/{customer_id}/merge", "c002 into c001") in deeds


def test_what_is_known_of_both_is_online_with_the_answer_and_apart_again_after_a_parting(desk):
    for number, (customer, amount) in enumerate([("c001", 100), ("c002", 20)]):
        when = (desk.clock.now() - DAY).isoformat()
        row = {"transaction_id": f"t{number}", "customer_id": customer, "occurred_at": when, "amount": amount, "category": "dining"}
        assert desk.post("/v1/events", {"table": "transactions", "rows": [row]}).status_code == 201

    def spent() -> list[float]:
        return [desk.get(f"/v1/customers/{who}").json()["habits"]["spend_30d"] for who in ("c001", "c002")]

    desk.clock.pass_by(timedelta(seconds=1))
    assert spent() == [100, 20]
    merge(desk)
    assert spent() == [120, 120]
    assert desk.get("/v1/customers/c002").json()["ids"] == ["c001", "c002"]
    late = {"transaction_id": "t2", "customer_id": "c002", "occurred_at": desk.clock.now().isoformat(), "amount": 5, "category": "dining"}
    desk.post("/v1/events", {"table": "transactions", "rows": [late]})
    desk.clock.pass_by(timedelta(seconds=1))
    assert spent() == [125, 125], "news of one id reaches the other"
    home, at = Home(desk.service.settings.home.root), desk.clock.now()
    built = features_at(Lake(home), pa.table({"customer_id": ["c001", "c002"], "at": pa.array([at, at], pa.timestamp("us", "UTC"))}))
    for place, who in enumerate(("c001", "c002")):
        online = desk.service.customers.read(who, at)
        assert online.number("spend_30d") == built["spend_30d"][place].as_py()
    part(desk)
    assert spent() == [100, 25]


@pytest.fixture
def lake(tmp_path) -> Lake:
    """a spent 100, b spent 20 and said no once; on 10 March b is merged into a, on 20 March parted again."""
    lake = Lake(Home(tmp_path / "home"))
    spent = [("t1", "a", 100), ("t2", "b", 20)]
    rows = [{"transaction_id": t, "customer_id": who, "occurred_at": MARCH, "amount": much, "category": "dining"} for t, who, much in spent]
    ingest_rows(lake, "transactions", rows, known_at=MARCH)
    proposal = {"decision_id": "d", "action_id": "gift", "customer_id": "b", "proposed_at": MARCH, "channel": "voice"}
    ingest_rows(lake, "proposals", [proposal], known_at=MARCH)
    ingest_rows(lake, "outcomes", [{"decision_id": "d", "action_id": "gift", "outcome": "declined", "occurred_at": MARCH}], known_at=MARCH)
    for day, into in ((9, "a"), (19, "b")):
        at = MARCH + day * DAY
        step = {"kind": "customer_id", "value": "b", "customer_id": into, "verified_at": at, "attributes": {"reason": WHY}}
        ingest_rows(lake, "identities", [step], known_at=at + DAY)
    return lake


def test_a_training_row_sees_one_person_only_where_that_was_known_at_its_moment(lake):
    days = [5, 9, 10, 11, 19, 20, 21]
    at = pa.array([MARCH + day * DAY for day in days] * 2, pa.timestamp("us", "UTC"))
    moments = pa.table({"customer_id": ["a"] * len(days) + ["b"] * len(days), "at": at})
    known = features_at(lake, moments)
    together = [day in {11, 19, 20} for day in days]
    assert known["spend_365d"].to_pylist() == [120 if one else 100 for one in together] + [120 if one else 20 for one in together]
    assert known["declined_365d"].to_pylist() == [float(one) for one in together] + [1.0] * len(days)
    asked = moments.append_column("action_id", pa.array(["gift"] * moments.num_rows))
    numbers = action_features_at(lake, asked)
    assert numbers.column_names == list(ACTION_NUMBERS)
    assert numbers["action_declined_365d"].to_pylist() == known["declined_365d"].to_pylist()


def test_a_file_of_identities_merges_too_and_keeps_why(lake):
    merged, parted = lake.persons().steps
    assert (merged.customer_id, merged.into, merged.said) == ("b", "a", {"reason": WHY})
    assert (parted.customer_id, parted.into) == ("b", "b")
    with lake.connect() as connection:
        assert connection.sql("SELECT DISTINCT value FROM identities").fetchall() == [("b",)], "a customer id is no secret"


def test_a_full_materialize_brings_persons_online_as_they_are_at_its_moment(lake):
    for day, ids in ((15, ("a", "b")), (25, ()), (15, ("a", "b")), (5, ())):
        materialize(lake.home, MARCH + day * DAY)
        reader = open_reader(lake.home)
        assert [reader.read(who, MARCH + day * DAY).ids for who in ("a", "b")] == [ids, ids]
        assert reader.read("b", MARCH + day * DAY).number("spend_365d") == (120 if ids else 20)
        assert reader.ids_of("b") == (ids or ("b",))
        reader.close()


def test_an_outbound_list_names_a_person_once(lake):
    with lake.connect() as connection:
        assert [persons_at(connection, MARCH + day * DAY) for day in (5, 15, 25)] == [["a", "b"], ["a"], ["a", "b"]]


steps = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(1, 9)), max_size=8)


@given(steps, st.integers(0, 11))
def test_every_moment_sees_the_same_persons_whichever_way_they_are_asked(told, day):
    mine = {who: sorted((when, into) for one, into, when in told if one == who) for who in "abcd"}
    made = [
        Step(who, into, MARCH + when * DAY, MARCH + after[0] * DAY if after else None, MARCH + when * DAY)
        for who, words in mine.items()
        for (when, into), *after in ((word, *(later for later, _ in words[place + 1 : place + 2])) for place, word in enumerate(words))
    ]
    persons, at = Persons(tuple(made)), MARCH + day * DAY
    alive = [span.ids for span in persons.spans() if span.since < at and (span.until is None or span.until >= at)]
    for who in "abcd":
        ids = persons.ids_at(who, at)
        assert [span for span in alive if who in span] == ([ids] if len(ids) > 1 else [])
        assert all(persons.ids_at(other, at) == ids for other in ids), "one person is one person from every side"


def run(home: Home, *arguments: str) -> str:
    ran = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, arguments, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def test_export_tells_a_person_under_all_ids_and_erase_leaves_none_of_them(desk, tmp_path):
    home = desk.service.settings.home
    for customer in ("c001", "c002"):
        says(desk, talk(desk, customer, f"talk of {customer}"), "declined")
    merge(desk)
    desk.service.deliver()
    run(home, "export", "--customer", "c001", "--out", str(tmp_path / "person.json"))
    person = json.loads((tmp_path / "person.json").read_text())
    assert person["ids"] == ["c001", "c002"]
    assert {row["customer_id"] for row in person["records"]["decisions"]} == {"c001", "c002"}
    assert {row["customer_id"] for row in person["events"]["customers"]} == {"c001", "c002"}
    run(home, "erase", "c001", "--yes")
    with Lake(home).connect() as connection:
        for table in ("customers", "identities", "proposals"):
            assert not set(connection.sql(f"SELECT customer_id FROM {table}").fetchnumpy()["customer_id"]) & {"c001", "c002"}
    assert Lake(home).persons().steps == ()
    reader = open_reader(home)
    assert not any(reader.read(who, desk.clock.now()).known for who in ("c001", "c002"))
    reader.close()
    assert not desk.service.store.rows(select(DECISIONS))


def test_who_was_parted_is_exported_and_erased_alone(desk, tmp_path):
    merge(desk)
    part(desk)
    run(desk.service.settings.home, "erase", "c002", "--yes")
    assert desk.service.customers.read("c001", desk.clock.now()).known
    assert Lake(desk.service.settings.home).persons().ids_at("c001", desk.clock.now()) == ("c001",)


def test_what_cannot_be_merged_or_parted_is_refused_and_changes_nothing(desk):
    merge(desk, "c002", "c001")
    refused = [
        ("c001/merge", {"into": "c001"}, 409, "one person already"),
        ("c001/merge", {"into": "c002"}, 409, "one person already"),
        ("c002/merge", {"into": "c003"}, 409, "part them first"),
        ("c003/merge", {"into": "nobody"}, 404, "no customer 'nobody'"),
        ("nobody/merge", {"into": "c003"}, 404, "no customer 'nobody'"),
        ("c003/merge", {"into": "c004", "at": "2026-03-10T00:00:00Z"}, 422, "--clock request"),
        ("c003/merge", {"into": "c004", "reason": ""}, 422, "reason"),
        ("c003/unmerge", {}, 409, "merged into nobody"),
        ("c001/unmerge", {}, 409, "'c002' can be parted from them"),
    ]
    for path, body, status, said in refused:
        answer = desk.post(f"/v1/customers/{path}", {"reason": WHY} | body, role="manager")
        assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert len(Lake(desk.service.settings.home).persons().steps) == 1
    assert desk.post("/v1/customers/c003/merge", {"into": "c004", "reason": WHY}).status_code == 403, "an agent may not"


def test_a_merge_comes_through_its_own_door_and_names_no_identity(desk):
    row = {"kind": "customer_id", "value": "c002", "customer_id": "c001", "verified_at": desk.clock.now().isoformat()}
    answer = desk.post("/v1/events", {"table": "identities", "rows": [row]})
    assert answer.status_code == 422
    assert "POST /v1/customers/{customer_id}/merge" in answer.json()["errors"][0]["detail"]
    asked = desk.post("/v1/decisions", {"interaction_id": "t", "channel": "voice", "identity": {"kind": "customer_id", "value": "c001"}})
    assert (asked.status_code, asked.json()["errors"][0]["field"]) == (422, "identity.kind")


def test_three_are_one_and_whoever_is_parted_leaves_the_others_together(desk):
    merge(desk, "c002", "c001")
    assert merge(desk, "c003", "c002")["ids"] == ["c001", "c002", "c003"]
    assert part(desk, "c002")["ids"] == ["c002", "c003"]
    assert np.isfinite(desk.service.customers.read("c001", desk.clock.now()).number("spend_30d"))
    assert desk.get("/v1/customers/c001").json()["ids"] == ["c001"]
    assert desk.get("/v1/customers/c003").json()["ids"] == ["c002", "c003"]
