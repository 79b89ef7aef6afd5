"""Scripts and knowledge are found by words; what nobody wrote down gets guidance; and the front line says what helped."""

import json
from datetime import timedelta
from shutil import copytree

import pytest
from sqlalchemy import select

from playbooks.schema.words import ActionKind
from serving.records.tables import FEEDBACK


def results(desk, path: str, **query) -> list[dict]:
    answer = desk.client.get(path, params=query, headers={"Authorization": f"Bearer {desk.keys['agent']}"})
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


@pytest.mark.parametrize(
    ("q", "of"),
    [("分期", "instalment"), ("fenqi", "instalment"), ("账单分期", "bill_instalment"), ("travel insurance", "travel_insurance")],
)
def test_a_script_is_found_by_chinese_english_and_pinyin(desk, q, of):
    """The book sells four instalments: their common word may find any of them first."""
    assert of in results(desk, "/v1/scripts", q=q)[0]["action_id"]


def test_scripts_are_narrowed_by_action_channel_and_language(desk):
    every = results(desk, "/v1/scripts", action_id="bill_instalment", limit=50)
    assert {script["action_id"] for script in every} == {"bill_instalment"}
    spoken = results(desk, "/v1/scripts", q="分期", action_id="bill_instalment", channel="voice", language="zh-CN", limit=50)
    assert spoken
    assert all("voice" in script["channels"] and script["language"] == "zh-CN" for script in spoken)
    assert all(script["steps"] and script["disclosures"] for script in spoken)


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ({"channel": "fax"}, "channel", "voice"),
        ({"language": "fr"}, "language", "zh-CN"),
        ({"action_id": "carpet"}, "action_id", "bill_instalment"),
        ({"limit": 0}, "limit", "1"),
        ({"q": "x" * 201}, "q", "200"),
    ],
)
def test_a_filter_nobody_declared_is_refused_with_the_list(desk, query, field, says):
    answer = desk.client.get("/v1/scripts", params=query, headers={"Authorization": f"Bearer {desk.keys['agent']}"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert says in answer.json()["detail"]


@pytest.mark.parametrize("q", ['"', "*", "a OR", "NEAR(", "分期 AND (", "';--", "title:x", "-", "^"])
def test_no_query_breaks_the_search(desk, q):
    results(desk, "/v1/scripts", q=q)
    results(desk, "/v1/knowledge", q=q)


def test_off_the_map_there_is_guidance_in_the_language_asked(desk):
    for language, word in (("zh-CN", "转接专员"), ("en", "specialist")):
        headers = {"Authorization": f"Bearer {desk.keys['agent']}"}
        answer = desk.client.get("/v1/knowledge", params={"q": "量子纠缠 xyzzy", "language": language}, headers=headers).json()
        assert answer["results"] == []
        assert word in answer["guidance"]


def test_an_answer_is_found_until_its_last_day_by_the_clock_of_the_service(open_desk, quiet_book, tmp_path):
    book = copytree(quiet_book, tmp_path / "card")
    article = {"id": "spring_gift", "title": {"en": "The spring gift zyzzyva"}, "questions": {"en": ["Where is my zyzzyva"]}}
    body = article | {"answer": {"en": "It is sent by post."}, "valid": {"until": "2026-03-10"}}
    (book / "knowledge" / "spring_gift.yaml").write_text(json.dumps(body), encoding="utf-8")
    desk = open_desk(PLAYCALL_PLAYBOOK=str(book))
    assert [one["id"] for one in results(desk, "/v1/knowledge", q="zyzzyva")] == ["spring_gift"]
    desk.clock.pass_by(timedelta(hours=12, seconds=-1))
    assert results(desk, "/v1/knowledge", q="zyzzyva")
    desk.clock.pass_by(timedelta(seconds=1))
    assert results(desk, "/v1/knowledge", q="zyzzyva") == []


def kept(desk) -> list:
    return list(desk.service.store.rows(select(FEEDBACK).order_by(FEEDBACK.c.at)))


def test_feedback_on_a_script_and_on_advice_is_kept_with_who_said_it(desk):
    decision = desk.decide()
    script = decision["actions"][0]["script"]["script_id"]
    said = {"about": "script", "id": script, "helpful": False, "comment": "太长", "decision_id": decision["decision_id"]}
    assert desk.post("/v1/feedback", said).status_code == 201
    assert (
        desk.post("/v1/feedback", {"about": "advice", "id": decision["decision_id"], "helpful": True}, role="outsourced_agent").status_code
        == 201
    )
    rows = {row.about: row for row in kept(desk)}
    assert (rows["script"].subject, rows["script"].helpful, rows["script"].comment, rows["script"].given_by) == (
        script,
        False,
        "太长",
        "demo-agent",
    )
    assert (rows["advice"].decision_id, rows["advice"].tenant) == (decision["decision_id"], "default")


def test_feedback_sent_twice_with_one_key_counts_once(desk):
    script = next(
        one for action in desk.service.playbook("default").actions.values() if action.kind is ActionKind.SELL for one in action.scripts
    )
    said = {"about": "script", "id": script.script_id, "helpful": True}
    first, second = (desk.post("/v1/feedback", said, key="once") for _ in range(2))
    assert first.json() == second.json()
    assert len(kept(desk)) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"id": "no-such-script"}, 404),
        ({"about": "answer", "id": "no-such-article"}, 404),
        ({"about": "advice", "id": "dec_none"}, 404),
        ({"decision_id": "dec_none"}, 404),
        ({"about": "weather"}, 422),
        ({"helpful": "maybe"}, 422),
        ({"stars": 5}, 422),
    ],
)
def test_feedback_on_what_is_not_there_is_refused(desk, change, status):
    script = desk.decide()["actions"][0]["script"]["script_id"]
    answer = desk.post("/v1/feedback", {"about": "script", "id": script, "helpful": True} | change)
    assert answer.status_code == status
    assert kept(desk) == []


def test_a_script_is_found_while_its_action_is_valid_by_the_clock_of_the_service(open_desk, quiet_book, tmp_path):
    book = copytree(quiet_book, tmp_path / "card")
    insurance = book / "actions" / "travel_insurance.yaml"
    insurance.write_text(insurance.read_text(encoding="utf-8") + "\nvalid: {until: 2026-03-10}\n", encoding="utf-8")
    desk = open_desk(PLAYCALL_PLAYBOOK=str(book))
    ways = {"q": "travel insurance"}, {}
    for said in ways:
        assert results(desk, "/v1/scripts", action_id="travel_insurance", **said)
    desk.clock.pass_by(timedelta(hours=12))
    for said in ways:
        assert results(desk, "/v1/scripts", action_id="travel_insurance", **said) == []
    assert results(desk, "/v1/scripts", action_id="bill_instalment")
