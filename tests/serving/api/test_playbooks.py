"""From a draft to a decision over HTTP: who may do what, and what every worker says then."""

import threading
import time
from datetime import timedelta

import pytest
from looking import comes

ACTION = "actions/callback.yaml"
NEW_TITLE = "回电（新）"


def draft(desk, role: str = "manager") -> dict:
    answer = desk.post("/v1/playbooks/drafts", {"note": "a new title"}, role)
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(desk, draft_id: str, name: str, text: str, revision: int, role: str = "manager"):
    headers = {"Authorization": f"Bearer {desk.keys[role]}"}
    return desk.client.put(f"/v1/playbooks/drafts/{draft_id}/files/{name}", json={"text": text, "revision": revision}, headers=headers)


def text_of(desk, draft_id: str, name: str = ACTION) -> str:
    return desk.get(f"/v1/playbooks/drafts/{draft_id}/files/{name}", "manager").json()["text"]


def retitled(text: str, title: str = NEW_TITLE) -> str:
    line = next(line for line in text.splitlines() if line.startswith("title:"))
    return text.replace(line, f"title: {{zh-CN: {title}, en: Call me back}}")


def approved(desk, title: str = NEW_TITLE) -> str:
    draft_id = draft(desk)["draft_id"]
    assert put(desk, draft_id, ACTION, retitled(text_of(desk, draft_id), title), 0).status_code == 200
    assert desk.post(f"/v1/playbooks/drafts/{draft_id}/validation", {}, "manager").json()["publishable"]
    assert desk.post(f"/v1/playbooks/drafts/{draft_id}/review", {}, "manager").status_code == 200
    assert desk.post(f"/v1/playbooks/drafts/{draft_id}/approval", {}, "approver").status_code == 200
    return draft_id


def publish(desk, title: str = NEW_TITLE) -> int:
    answer = desk.post(f"/v1/playbooks/drafts/{approved(desk, title)}/publish", {}, "approver")
    assert answer.status_code == 201, answer.text
    return answer.json()["version"]


def served(desk) -> str:
    return desk.get("/readyz").json()["playbook_version"]


def wait_for(desk, version: str, seconds: float = 2.0) -> None:
    """Until the worker decides with this version."""
    assert comes(lambda: served(desk) == version, seconds), f"still {served(desk)} after {seconds} s"


def callback_title(decision: dict) -> str:
    return next(action["title"] for action in decision["actions"] if action["action_id"] == "callback")


def with_callback(desk, interaction: str = "t") -> dict:
    """A decision that ranks the callback: the matter is open and the queue is long."""
    scene = {"contact_reason": "bill_query", "resolved": False}
    return desk.decide(interaction, scene=scene, contact={"estimated_wait_seconds": 300}, limit=10, language="zh-CN")


def test_a_published_version_is_taken_up_within_two_seconds_by_every_worker(open_desk):
    one, other = open_desk(), open_desk()
    assert callback_title(with_callback(one)) != NEW_TITLE
    version = str(publish(one))
    wait_for(one, version)
    wait_for(other, version)
    for number, desk in enumerate((one, other)):
        decision = with_callback(desk, f"t{number}")
        assert (decision["playbook_version"], callback_title(decision)) == (version, NEW_TITLE)


def test_no_decision_sees_two_versions(desk):
    """The title of the card and the version on the record belong together, however often the book changes below."""
    first = str(publish(desk, "标题2"))
    wait_for(desk, first)
    titles = {first: "标题2"}
    seen: list[tuple[str, str]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            decision = with_callback(desk, f"x{len(seen)}")
            seen.append((decision["playbook_version"], callback_title(decision)))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for number in (3, 4):
            title = f"标题{number}"
            version = str(publish(desk, title))
            titles[version] = title
            wait_for(desk, version)
    finally:
        stop.set()
        asking.join()
    assert len({version for version, _ in seen}) >= 2
    assert all(titles[version] == title for version, title in seen)


def test_a_broken_version_never_replaces_a_good_one(desk, home):
    good = str(publish(desk))
    wait_for(desk, good)
    draft_id = approved(desk, "标题3")
    folder = home / "playbooks" / "default" / "card"
    version = desk.post(f"/v1/playbooks/drafts/{draft_id}/publish", {"begins": soon(desk)}, "approver").json()["version"]
    (folder / f"versions/{version:04d}/book/policies.yaml").write_text("engagement: {{{")
    time.sleep(1.6)
    assert served(desk) == good
    assert callback_title(with_callback(desk)) == NEW_TITLE


def soon(desk) -> str:
    return (desk.service.books.now() + timedelta(seconds=0.8)).isoformat()


def test_a_worker_that_starts_serves_the_version_that_rules(open_desk):
    desk = open_desk()
    version = str(publish(desk))
    assert served(open_desk()) == version


def test_a_rollback_is_one_step_and_reaches_the_worker(desk):
    wait_for(desk, str(publish(desk)))
    answer = desk.post("/v1/playbooks/rollback", {"note": "wrong title"}, "approver")
    assert (answer.status_code, answer.json()["version"]) == (201, 1)
    wait_for(desk, "1")
    assert callback_title(with_callback(desk)) != NEW_TITLE
    history = desk.get("/v1/playbooks/history", "auditor").json()
    assert [one["version"] for one in history["releases"]] == [1, 2, 1]
    assert [(one["number"], one["author"], one["approved_by"], one["standing"]) for one in history["versions"]] == [
        (1, "demo-manager", None, "published"),
        (2, "demo-manager", "demo-approver", "retired"),
    ]


def test_nobody_approves_their_own_words_over_http(desk):
    draft_id = draft(desk, "admin")["draft_id"]
    desk.post(f"/v1/playbooks/drafts/{draft_id}/validation", {}, "admin")
    desk.post(f"/v1/playbooks/drafts/{draft_id}/review", {}, "admin")
    answer = desk.post(f"/v1/playbooks/drafts/{draft_id}/approval", {}, "admin")
    assert answer.status_code == 403
    assert "another person must approve it" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body", "roles"),
    [
        ("drafts", {}, {"agent", "manager", "admin"}),
        ("drafts/d9/review", {}, {"manager", "admin"}),
        ("drafts/d9/approval", {}, {"approver", "admin"}),
        ("drafts/d9/publish", {}, {"approver", "admin"}),
        ("rollback", {}, {"approver", "admin"}),
    ],
)
def test_every_step_is_for_its_roles(desk, path, body, roles):
    allowed = {role for role in desk.keys if desk.post(f"/v1/playbooks/{path}", body, role).status_code != 403}
    assert allowed == roles


def test_a_front_line_proposal_is_a_draft_with_its_author_and_no_agent_writes_in_anothers(desk):
    proposed = draft(desk, "agent")
    assert proposed["author"] == "demo-agent"
    text = text_of(desk, proposed["draft_id"])
    assert put(desk, proposed["draft_id"], ACTION, retitled(text), 0, "agent").status_code == 200
    theirs = draft(desk, "manager")["draft_id"]
    answer = put(desk, theirs, ACTION, text, 0, "agent")
    assert answer.status_code == 404
    assert "an agent writes only the agent's own proposals" in answer.json()["detail"]


def test_the_second_of_two_editors_gets_a_conflict_that_says_by_whom(desk):
    draft_id = draft(desk)["draft_id"]
    text = text_of(desk, draft_id)
    assert put(desk, draft_id, ACTION, retitled(text), 0).status_code == 200
    answer = put(desk, draft_id, ACTION, retitled(text, "别的"), 0, "admin")
    assert answer.status_code == 409
    assert "was changed by demo-manager in revision 1" in answer.json()["detail"]
    assert put(desk, draft_id, ACTION, retitled(text, "别的"), 1, "admin").status_code == 200


def test_a_conflict_over_http_lists_every_place_and_changes_nothing(desk):
    """409 with what a page needs to show both: the file, the path, what stands, what was sent and what both started from."""
    draft_id = draft(desk)["draft_id"]
    text = text_of(desk, draft_id)
    old = next(line for line in text.splitlines() if line.startswith("value: "))
    assert put(desk, draft_id, ACTION, retitled(text).replace(old, "value: 7"), 0).status_code == 200
    standing = text_of(desk, draft_id)
    mine = retitled(text, "别的").replace(old, "value: 8").replace("response_window:", "# mine\nresponse_window:")
    answer = put(desk, draft_id, ACTION, mine, 0, "admin")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json()["conflicts"] == [
        {"file": ACTION, "path": "title.zh-CN", "theirs": NEW_TITLE, "yours": "别的", "base": "预约回电"},
        {"file": ACTION, "path": "value", "theirs": "7", "yours": "8", "base": old.removeprefix("value: ")},
    ]
    assert "read it again and put your change on top" in answer.json()["detail"]
    assert text_of(desk, draft_id) == standing


def test_two_editors_of_one_file_are_put_together_and_the_second_is_told_to_read_again(desk):
    draft_id = draft(desk)["draft_id"]
    text = text_of(desk, draft_id)
    first = put(desk, draft_id, ACTION, retitled(text), 0).json()
    old = next(line for line in text.splitlines() if line.startswith("value: "))
    second = put(desk, draft_id, ACTION, text.replace(old, "value: 7  # mine"), 0, "admin").json()
    assert [(one["revision"], one["merged"]) for one in (first, second)] == [(1, []), (2, [ACTION])]
    assert text_of(desk, draft_id) == retitled(text).replace(old, "value: 7  # mine")
    assert second["writers"] == ["demo-admin", "demo-manager"]
    headers = {"Authorization": f"Bearer {desk.keys['manager']}"}
    removed = desk.client.delete(f"/v1/playbooks/drafts/{draft_id}/files/{ACTION}?revision=1", headers=headers)
    assert (removed.status_code, [(one["path"], one["yours"]) for one in removed.json()["conflicts"]]) == (409, [("", None)])


def test_what_was_published_in_the_same_place_is_a_conflict_list_until_it_is_kept(desk):
    draft_id = draft(desk)["draft_id"]
    assert put(desk, draft_id, ACTION, retitled(text_of(desk, draft_id), "别的"), 0).status_code == 200
    publish(desk)
    answer = desk.post(f"/v1/playbooks/drafts/{draft_id}/update", {}, "manager")
    assert answer.status_code == 409
    assert [(one["path"], one["theirs"], one["yours"]) for one in answer.json()["conflicts"]] == [("title.zh-CN", NEW_TITLE, "别的")]
    assert desk.post(f"/v1/playbooks/drafts/{draft_id}/update", {"keep": [ACTION]}, "manager").status_code == 200
    assert "别的" in text_of(desk, draft_id)


def test_one_value_is_changed_and_comments_order_and_quotes_stay(desk):
    draft_id = draft(desk)["draft_id"]
    before = text_of(desk, draft_id)
    assert before.startswith("#")
    headers = {"Authorization": f"Bearer {desk.keys['manager']}"}
    at = f"/v1/playbooks/drafts/{draft_id}/files/{ACTION}"

    def patch(path: str, value: object, revision: int):
        return desk.client.patch(at, json={"path": path, "value": value, "revision": revision}, headers=headers)

    assert patch("title.zh-CN", NEW_TITLE, 0).json()["revision"] == 1
    after = text_of(desk, draft_id)
    old, new = ([line for line in text.splitlines() if line.startswith("title:")] for text in (before, after))
    assert after == before.replace(old[0], new[0])
    assert NEW_TITLE in new[0]
    assert patch("title.zh-CN", "别的", 0).status_code == 409
    answer = patch("titel.zh-CN", "别的", 1)
    assert (answer.status_code, "did you mean 'title'" in answer.json()["detail"]) == (422, True)
    assert patch("title.zh-CN", {"a": "\x00"}, 1).status_code == 200
    assert desk.client.patch(f"{at}x", json={"path": "title", "value": 1, "revision": 1}, headers=headers).status_code == 404


def test_a_validation_names_file_line_rule_and_mend(desk):
    draft_id = draft(desk)["draft_id"]
    put(desk, draft_id, "policies.yaml", text_of(desk, draft_id, "policies.yaml").replace("engagement:", "engagment:"), 0)
    told = desk.post(f"/v1/playbooks/drafts/{draft_id}/validation", {}, "manager").json()
    assert not told["publishable"]
    finding = next(one for one in told["findings"] if "engagment" in one["message"])
    assert (finding["rule"], finding["file"]) == ("load", f"draft {draft_id}/policies.yaml")
    assert "did you mean 'engagement'" in finding["mend"]
    changes = desk.get(f"/v1/playbooks/drafts/{draft_id}/changes", "manager")
    assert changes.status_code == 422
    assert changes.json()["errors"][0]["field"].startswith(f"draft {draft_id}/policies.yaml:")


def test_a_draft_says_in_words_what_it_changes_and_shows_how_it_reads(desk):
    draft_id = draft(desk)["draft_id"]
    put(desk, draft_id, ACTION, retitled(text_of(desk, draft_id)), 0)
    words = [one["text"] for one in desk.get(f"/v1/playbooks/drafts/{draft_id}/changes", "manager").json()["changes"]]
    assert any(NEW_TITLE in one and one.startswith("the title in zh-CN of action 'callback'") for one in words)
    shown = desk.post(f"/v1/playbooks/drafts/{draft_id}/preview", {"action_id": "callback", "language": "en"}, "manager").json()
    assert all(script["language"] == "en" and script["steps"] for script in shown["scripts"])
    missing = desk.post(f"/v1/playbooks/drafts/{draft_id}/preview", {"action_id": "calback"}, "manager")
    assert (missing.status_code, "did you mean 'callback'" in missing.json()["detail"]) == (404, True)


def test_what_is_not_there_is_a_404_that_says_what_is(desk):
    answer = desk.get("/v1/playbooks/drafts/d77", "manager")
    assert answer.status_code == 404
    assert "no draft 'd77'" in answer.json()["detail"]
    assert desk.get("/v1/playbooks/versions/5", "manager").status_code == 404


def test_a_scheduled_version_waits_for_its_time(desk):
    before = served(desk)
    desk.post(f"/v1/playbooks/drafts/{approved(desk)}/publish", {"begins": soon(desk)}, "approver")
    assert served(desk) in {before, "1"}
    wait_for(desk, "2", 3.5)


def test_a_decision_is_explained_by_the_version_that_made_it(desk):
    first = str(publish(desk, "标题2"))
    wait_for(desk, first)
    made = with_callback(desk, "before")
    wait_for(desk, str(publish(desk, "标题3")))
    told = desk.get(f"/v1/decisions/{made['decision_id']}/explanation?action_id=callback", "auditor").json()
    assert (told["playbook_version"], told["title"]) == (first, "标题2")
