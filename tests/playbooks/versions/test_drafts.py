"""A draft goes step by step to an approval by another person, and nobody's work is lost on the way."""

import threading
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import ACTION, KNOWN, START, edited, hand, priced, published

from playbooks.errors import StepNotAllowed, VersionConflict, VersionNotFound
from playbooks.lint.finding import Severity
from playbooks.merging.conflict import Conflict
from playbooks.reading.files import read_contents
from playbooks.versions.drafting import bring_up_to_date, drop, open_draft, write_files
from playbooks.versions.folder import Folder
from playbooks.versions.kept import State
from playbooks.versions.publishing import take_over
from playbooks.versions.shelf import Shelf
from playbooks.versions.steps import approve, changes_of, check, send_back, submit


def test_a_draft_starts_as_the_version_that_rules(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "a new pitch")
    assert (draft.author, draft.base, draft.state, draft.revision) == ("anna", 1, State.DRAFT, 0)
    assert changes_of(shelf, draft.draft_id) == []


def test_every_step_is_kept_with_who_and_when(shelf: Shelf) -> None:
    draft = priced(shelf, 150)
    assert draft.state is State.APPROVED
    assert [(step.deed, step.by) for step in draft.steps] == [
        ("opened", "anna"),
        ("wrote", "anna"),
        ("checked", "anna"),
        ("sent to review", "anna"),
        ("approved", "ben"),
    ]
    assert all(step.at == hand("x", 1).at for step in draft.steps)


def test_nobody_approves_their_own_words(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    draft = edited(shelf, draft, "value: 120", "value: 130", hand("carol"))
    check(shelf, draft.draft_id, hand("anna"), KNOWN)
    submit(shelf, draft.draft_id, hand("anna"))
    for writer in ("anna", "carol"):
        with pytest.raises(StepNotAllowed, match=f"holds words of {writer}; another person must approve it"):
            approve(shelf, draft.draft_id, hand(writer))
    assert approve(shelf, draft.draft_id, hand("ben")).state is State.APPROVED


def test_a_draft_with_an_error_is_not_checked_and_not_reviewed(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    edited(shelf, draft, "好的，马上给您办好。", "好的，保证收益。", hand("anna"))
    checked = check(shelf, draft.draft_id, hand("anna"), KNOWN)
    assert checked.draft.state is State.DRAFT
    assert [(one.rule, one.file) for one in checked.findings if one.severity == "error"] == [("forbidden-words", f"draft d1/{ACTION}")]
    with pytest.raises(StepNotAllowed, match="draft d1 is draft; it can be sent to review only when it is checked"):
        submit(shelf, draft.draft_id, hand("anna"))


def test_an_edit_after_the_approval_voids_it(shelf: Shelf) -> None:
    draft = priced(shelf, 150)
    assert edited(shelf, draft, "value: 150", "value: 151", hand("anna")).state is State.DRAFT


def test_a_draft_that_is_sent_back_says_why(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    check(shelf, draft.draft_id, hand("anna"), KNOWN)
    submit(shelf, draft.draft_id, hand("anna"))
    back = send_back(shelf, draft.draft_id, hand("ben"), "the rate is missing")
    assert (back.state, back.steps[-1].note) == (State.DRAFT, "the rate is missing")


def test_two_people_who_edit_different_files_both_keep_their_work(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    edited(shelf, draft, "value: 120", "value: 130", hand("anna"), seen=0)
    edited(shelf, draft, "percent: 20", "percent: 25", hand("carol"), "weights.yaml", seen=0)
    assert [str(change) for change in changes_of(shelf, "d1")] == [
        "the value of action 'bill_instalment' went from 120 to 130",
        "the percent of the lever on groups instalment went from 20 to 25",
    ]


def test_the_second_who_edits_the_same_value_gets_a_conflict_and_nothing_is_overwritten(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    edited(shelf, draft, "value: 120", "value: 130", hand("anna"), seen=0)
    with pytest.raises(VersionConflict, match=f"{ACTION} was changed by anna in revision 1, after revision 0 which you saw"):
        write_files(shelf, "d1", {ACTION: b"action: mine"}, hand("carol"), 0)
    with pytest.raises(VersionConflict):
        write_files(shelf, "d1", {ACTION: None, "weights.yaml": b"levers: []"}, hand("carol"), 0)
    assert [str(change) for change in changes_of(shelf, "d1")] == ["the value of action 'bill_instalment' went from 120 to 130"]


def test_of_many_who_write_at_once_exactly_one_wins(shelf: Shelf) -> None:
    open_draft(shelf, hand("anna"), "")
    refused: list[str] = []

    def write(number: int) -> None:
        try:
            write_files(shelf, "d1", {"weights.yaml": f"levers: [] # {number}".encode()}, hand(f"w{number}"), 0)
        except VersionConflict:
            refused.append(f"w{number}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    with shelf.open() as opened:
        kept, draft = opened.draft_contents("d1")["weights.yaml"].decode(), opened.draft("d1")
    assert f"w{kept.split()[-1]}" not in refused
    assert draft.revision == 1


def test_a_draft_is_brought_up_to_date_where_only_one_side_changed(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("carol"), "")
    edited(shelf, draft, "percent: 20", "percent: 25", hand("carol"), "weights.yaml")
    published(shelf, 150)
    fresh = bring_up_to_date(shelf, draft.draft_id, hand("carol", 2))
    assert (fresh.base, fresh.state) == (2, State.DRAFT)
    assert [str(change) for change in changes_of(shelf, draft.draft_id)] == [
        "the percent of the lever on groups instalment went from 20 to 25"
    ]
    assert shelf.load_draft(draft.draft_id).actions["bill_instalment"].value == 150


def test_a_value_both_sides_changed_is_a_conflict_until_somebody_has_looked(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("carol"), "")
    edited(shelf, draft, "value: 120", "value: 140", hand("carol"))
    published(shelf, 150)
    told = f"{ACTION} changed here and in version 2: value is '150' now, '140' in yours, '120' before"
    with pytest.raises(VersionConflict, match=told) as refused:
        bring_up_to_date(shelf, draft.draft_id, hand("carol", 2))
    assert refused.value.conflicts == (Conflict(ACTION, "value", "150", "140", "120"),)
    assert bring_up_to_date(shelf, draft.draft_id, hand("carol", 2), frozenset({ACTION})).base == 2
    assert shelf.load_draft(draft.draft_id).actions["bill_instalment"].value == 140


@pytest.mark.parametrize(
    "name", ["../escape.yaml", "actions/../x.yaml", "/etc/passwd", "actions/a.yml", ".hidden.yaml", "actions/deep/x.yaml", ""]
)
def test_a_draft_has_no_file_out_of_place(shelf: Shelf, name: str) -> None:
    open_draft(shelf, hand("anna"), "")
    with pytest.raises(StepNotAllowed, match="is no file of a playbook"):
        write_files(shelf, "d1", {name: b"x: 1"}, hand("anna"), 0)


def test_a_dropped_draft_can_be_read_and_not_written(shelf: Shelf) -> None:
    open_draft(shelf, hand("anna"), "")
    drop(shelf, "d1", hand("anna"), "no longer needed")
    with pytest.raises(StepNotAllowed, match="d1 is dropped; open a new one"):
        write_files(shelf, "d1", {"weights.yaml": b""}, hand("anna"), 0)
    with pytest.raises(VersionNotFound, match="no draft 'd7'; there are d1"):
        check(shelf, "d7", hand("anna"), None)


@given(st.binary(max_size=120), st.sampled_from(["playbook.yaml", "policies.yaml", "phrases.yaml", ACTION]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_draft_holds_what_rules_stays_as_it_is(tmp_path: Path, book: Path, content: bytes, name: str) -> None:
    """Fuzzed: any bytes are written, checked, and go no further; the version in effect is the same to the byte."""
    shelf = Shelf(Folder(tmp_path / uuid4().hex))
    take_over(shelf, read_contents(book), hand("anna"), "as it was")
    before = shelf.contents(1)
    open_draft(shelf, hand("anna"), "")
    write_files(shelf, "d1", {name: content}, hand("anna"), 0)
    checked = check(shelf, "d1", hand("anna"), KNOWN)
    if any(one.severity is Severity.ERROR for one in checked.findings):
        with pytest.raises(StepNotAllowed):
            submit(shelf, "d1", hand("anna"))
    ruling = shelf.ruling(START)
    assert ruling is not None
    assert (ruling.version, shelf.contents(1)) == (1, before)


def test_any_bytes_in_a_draft_are_a_finding_and_the_rest_stays(shelf: Shelf) -> None:
    open_draft(shelf, hand("anna"), "")
    write_files(shelf, "d1", {"policies.yaml": b"\xff\x00{{{"}, hand("anna"), 0)
    checked = check(shelf, "d1", hand("anna"), KNOWN)
    assert [(one.rule, one.file) for one in checked.findings if "UTF-8" in one.message] == [("load", "draft d1/policies.yaml")]
    assert shelf.load(1).playbook_id == "tiny"
