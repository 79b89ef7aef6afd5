"""Two people in one file of a draft: what each changed is kept, or nothing is written and every place is told. In a folder and in PostgreSQL."""

import threading

import pytest
from people import ACTION, KNOWN, edited, hand, published

from playbooks.errors import OwnWords, VersionConflict
from playbooks.merging.conflict import Conflict
from playbooks.versions.drafting import bring_up_to_date, drop, open_draft, set_value, write_files, write_whole
from playbooks.versions.past import MOST_KEPT
from playbooks.versions.shelf import Shelf
from playbooks.versions.steps import approve, changes_of, check, submit

PROPOSE = "scripts.bill_instalment-warm-zh.steps.2.propose"


def text_of(shelf: Shelf, file: str = ACTION) -> str:
    with shelf.open() as opened:
        return opened.draft_contents("d1")[file].decode()


def whole(shelf: Shelf) -> tuple[object, dict[str, bytes], list[str]]:
    """The draft, its files, and every name that is kept."""
    with shelf.open() as opened:
        return opened.draft("d1"), opened.draft_contents("d1"), list(opened.drawer.names(""))


def told(shelf: Shelf) -> list[str]:
    return [str(change) for change in changes_of(shelf, "d1")]


def test_two_edits_in_different_actions_of_one_file_are_both_kept(shelf: Shelf) -> None:
    """An action is a file; the levers of two actions stand in one."""
    open_draft(shelf, hand("anna"), "")
    levers = b"levers:\n  - for: {actions: [bill_instalment]}\n    percent: 20\n  - for: {actions: [callback]}\n    percent: 10\n"
    write_files(shelf, "d1", {"weights.yaml": levers}, hand("anna"), 0)
    write_files(shelf, "d1", {"weights.yaml": levers.replace(b"20", b"25")}, hand("anna"), 1)
    written = write_files(shelf, "d1", {"weights.yaml": levers.replace(b"10", b"15")}, hand("carol"), 1)
    assert (written.draft.revision, written.merged) == (3, {"weights.yaml"})
    assert text_of(shelf, "weights.yaml") == levers.replace(b"20", b"25").replace(b"10", b"15").decode()


def test_two_edits_in_different_fields_of_one_script_are_both_kept(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    before = text_of(shelf)
    edited(shelf, draft, "expert: 分期还，好吗?", "expert: 分期，好吗?", hand("anna"), seen=0)
    edited_before(shelf, before, "text: 帮您分成几期慢慢还，好吗?", "text: 帮您分成几期还，好吗?  # 短些")
    assert text_of(shelf) == before.replace("expert: 分期还", "expert: 分期").replace("几期慢慢还，好吗?", "几期还，好吗?  # 短些", 1)


def edited_before(shelf: Shelf, text: str, before: str, after: str, name: str = "carol") -> frozenset[str]:
    """Somebody who still has revision 0 before the eyes saves."""
    assert before in text
    return write_files(shelf, "d1", {ACTION: text.replace(before, after, 1).encode()}, hand(name), 0).merged


def test_the_same_value_for_the_same_field_is_no_conflict_and_no_new_revision(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    before = text_of(shelf)
    edited(shelf, draft, "value: 120", "value: 130", hand("anna"), seen=0)
    assert edited_before(shelf, before, "value: 120", "value: 130") == frozenset()
    assert told(shelf) == ["the value of action 'bill_instalment' went from 120 to 130"]
    assert whole(shelf)[0].revision == 1


def test_two_values_for_one_field_are_refused_naming_both_and_nothing_is_written(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    before = text_of(shelf)
    edited(shelf, draft, "value: 120", "value: 130", hand("anna"), seen=0)
    kept = whole(shelf)
    mine = before.replace("value: 120", "value: 140").replace("cost: 2", "cost: 3").encode()
    with pytest.raises(VersionConflict) as refused:
        write_files(shelf, "d1", {"weights.yaml": b"levers: []\n", ACTION: mine}, hand("carol"), 0)
    assert str(refused.value) == (
        f"draft d1: {ACTION} was changed by anna in revision 1, after revision 0 which you saw: "
        "value is '130' now, '140' in yours, '120' before; read it again and put your change on top"
    )
    assert refused.value.conflicts == (Conflict(ACTION, "value", "130", "140", "120"),)
    assert whole(shelf) == kept


@pytest.mark.parametrize("first", ["takes out", "changes"])
def test_taken_out_against_changed_is_a_conflict(shelf: Shelf, first: str) -> None:
    open_draft(shelf, hand("anna"), "")
    steps = [(f"{PROPOSE}.expert", None), (f"{PROPOSE}.expert", "分期?")]
    one, other = steps if first == "takes out" else steps[::-1]
    set_value(shelf, "d1", ACTION, *one, hand("anna"), 0)
    with pytest.raises(VersionConflict) as refused:
        set_value(shelf, "d1", ACTION, *other, hand("carol"), 0)
    assert [(one.path, one.theirs, one.yours) for one in refused.value.conflicts] == [(f"{PROPOSE}.expert", one[1], other[1])]


def test_a_file_removed_against_a_file_changed_is_a_conflict(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    before = text_of(shelf)
    edited(shelf, draft, "value: 120", "value: 130", hand("anna"), seen=0)
    with pytest.raises(VersionConflict) as refused:
        write_files(shelf, "d1", {ACTION: None}, hand("carol"), 0)
    assert [(one.path, one.base, one.yours) for one in refused.value.conflicts] == [("", before, None)]
    write_files(shelf, "d1", {ACTION: None}, hand("carol"), 1)
    with pytest.raises(VersionConflict, match=f"{ACTION} was removed by carol in revision 2"):
        edited_before(shelf, before, "cost: 2", "cost: 3", "ben")


def test_comments_of_both_survive(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    before = text_of(shelf)
    edited(shelf, draft, "value: 120", "# 去年是一百\nvalue: 130  # 试一个月", hand("anna"), seen=0)
    edited_before(shelf, before, "cost: 2", "cost: 3 # 人工贵了")
    assert {"# 去年是一百", "value: 130  # 试一个月", "cost: 3 # 人工贵了"} <= set(text_of(shelf).splitlines())


def test_one_value_set_on_an_older_revision_leaves_what_others_wrote(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    edited(shelf, draft, "scripts:\n", "scripts:\n# first\n", hand("anna"), seen=0)
    edited(shelf, draft, "cost: 2", "cost: 3", hand("anna"), seen=1)
    written = set_value(shelf, "d1", ACTION, "value", 140, hand("carol"), 0)
    assert (written.draft.revision, written.merged) == (3, {ACTION})
    assert {"# first", "cost: 3", "value: 140"} <= set(text_of(shelf).splitlines())


def test_a_number_in_a_path_is_that_of_the_list_the_writer_saw(shelf: Shelf) -> None:
    open_draft(shelf, hand("anna"), "")
    set_value(shelf, "d1", ACTION, "decline_reasons.0", None, hand("anna"), 0)
    set_value(shelf, "d1", ACTION, "decline_reasons.1", "think_it_over", hand("carol"), 0)
    assert "decline_reasons: [think_it_over]" in text_of(shelf)


def test_what_a_writer_never_had_is_neither_removed_nor_undone_by_a_whole_book(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    before = whole(shelf)[1]
    edited(shelf, draft, "value: 120", "value: 130", hand("anna"), seen=0)
    write_files(shelf, "d1", {"phrases.yaml": b"forbidden: []\n", "knowledge/new.yaml": b"articles: []\n"}, hand("anna"), 1)
    mine = {**before, "weights.yaml": before["weights.yaml"].replace(b"percent: 20", b"percent: 25")}
    write_whole(shelf, "d1", mine, hand("carol"), 0)
    after = whole(shelf)[1]
    assert after["knowledge/new.yaml"] == b"articles: []\n"
    assert (b"value: 130" in after[ACTION], b"percent: 25" in after["weights.yaml"]) == (True, True)


def test_of_many_who_change_different_values_at_once_everybody_wins(shelf: Shelf) -> None:
    open_draft(shelf, hand("anna"), "")
    paths = ["value", "cost", "title.en", "accept.en", "decline.en", "response_window", f"{PROPOSE}.expert", f"{PROPOSE}.text"]
    failed: list[Exception] = []

    def write(number: int) -> None:
        try:
            set_value(shelf, "d1", ACTION, paths[number], f"9{number}", hand(f"w{number}"), 0)
        except Exception as error:  # noqa: BLE001 - a thread would swallow it
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(paths))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    text = text_of(shelf)
    assert [number for number in range(len(paths)) if f"9{number}" not in text] == []


def test_everybody_whose_words_were_put_together_is_a_writer(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    before = text_of(shelf)
    edited(shelf, draft, "value: 120", "value: 130", hand("ben"), seen=0)
    edited_before(shelf, before, "cost: 2", "cost: 3")
    check(shelf, "d1", hand("anna"), KNOWN)
    submit(shelf, "d1", hand("anna"))
    for writer in ("anna", "ben", "carol"):
        with pytest.raises(OwnWords):
            approve(shelf, "d1", hand(writer))


def test_a_draft_takes_up_what_was_published_in_the_same_file(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("carol"), "")
    edited(shelf, draft, "cost: 2", "cost: 3  # 人工", hand("carol"))
    published(shelf, 150)
    fresh = bring_up_to_date(shelf, "d1", hand("carol", 2))
    assert (fresh.base, fresh.revision) == (2, 2)
    assert {"value: 150", "cost: 3  # 人工"} <= set(text_of(shelf).splitlines())


def test_who_saves_what_was_read_before_the_draft_was_brought_up_to_date_undoes_nothing(shelf: Shelf) -> None:
    open_draft(shelf, hand("carol"), "")
    before = text_of(shelf)
    published(shelf, 150)
    bring_up_to_date(shelf, "d1", hand("carol", 2))
    assert edited_before(shelf, before, "cost: 2", "cost: 3") == {ACTION}
    assert {"value: 150", "cost: 3"} <= set(text_of(shelf).splitlines())


def test_what_a_file_said_before_is_kept_within_a_bound_and_forgotten_with_the_draft(shelf: Shelf) -> None:
    draft = open_draft(shelf, hand("anna"), "")
    before = text_of(shelf)
    for number in range(MOST_KEPT + 2):
        set_value(shelf, "d1", ACTION, "value", 200 + number, hand("anna"), number)
    assert sum("/past/" in name for name in whole(shelf)[2]) == MOST_KEPT
    with pytest.raises(VersionConflict, match="cannot be put together") as refused:
        edited_before(shelf, before, "cost: 2", "cost: 3")
    assert refused.value.conflicts[0].base is None
    drop(shelf, draft.draft_id, hand("anna"), "")
    assert not [name for name in whole(shelf)[2] if "/past/" in name]
