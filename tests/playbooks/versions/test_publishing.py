"""Versions are numbered and immutable, take effect when they should, and are rolled back in one step."""

from datetime import timedelta
from pathlib import Path

import pytest
from people import START, hand, priced, published, value_at

from playbooks.errors import PlaybookInvalid, StepNotAllowed, VersionConflict, VersionNotFound
from playbooks.reading.files import read_contents
from playbooks.versions.drafting import write_files
from playbooks.versions.kept import Standing, State
from playbooks.versions.publishing import Term, history, publish, roll_back, take_over
from playbooks.versions.shelf import Shelf


def test_a_published_version_rules_at_once_and_the_one_before_is_retired(shelf: Shelf) -> None:
    assert published(shelf, 150).version == 2
    assert (value_at(shelf, 0.5), value_at(shelf, 1)) == (120, 150)
    told = history(shelf, hand("x", 2).at)
    assert [(version.number, version.author, version.approved_by, standing) for version, standing in told.versions] == [
        (1, "anna", None, Standing.RETIRED),
        (2, "anna", "ben", Standing.PUBLISHED),
    ]
    with shelf.open() as opened:
        assert (opened.draft("d1").state, opened.draft("d1").version) == (State.PUBLISHED, 2)


def test_a_scheduled_version_takes_effect_at_its_hour(shelf: Shelf) -> None:
    published(shelf, 150, 1, Term(START + timedelta(hours=10)))
    assert [value_at(shelf, hours) for hours in (1, 9.99, 10, 50)] == [120, 120, 150, 150]
    assert history(shelf, hand("x", 2).at).versions[1][1] is Standing.SCHEDULED


def test_a_version_with_an_end_gives_way_to_the_one_before(shelf: Shelf) -> None:
    published(shelf, 150, 1, Term(None, START + timedelta(hours=5)))
    assert [value_at(shelf, hours) for hours in (0, 1, 4.99, 5)] == [120, 150, 150, 120]


def test_a_rollback_is_one_step_and_takes_what_was_scheduled_off_the_list(shelf: Shelf) -> None:
    published(shelf, 150)
    published(shelf, 160, 2, Term(START + timedelta(hours=20)))
    release = roll_back(shelf, None, hand("ben", 3), "wrong value")
    assert (release.version, release.note) == (1, "wrong value")
    assert [value_at(shelf, hours) for hours in (2, 3, 20, 99)] == [150, 120, 120, 120]
    with pytest.raises(StepNotAllowed, match="no earlier version"):
        roll_back(shelf, None, hand("ben", 4))
    assert roll_back(shelf, 2, hand("ben", 5)).version == 2
    assert value_at(shelf, 6) == 150
    with pytest.raises(VersionNotFound, match="no version 9; there are 1, 2, 3"):
        roll_back(shelf, 9, hand("ben", 5))


def test_a_draft_that_was_not_approved_is_not_published(shelf: Shelf) -> None:
    draft = priced(shelf, 150)
    write_files(shelf, draft.draft_id, {"weights.yaml": b"levers: []"}, hand("anna", 1), draft.revision)
    with pytest.raises(StepNotAllowed, match="d1 is draft; it can be published only when it is approved"):
        publish(shelf, draft.draft_id, hand("ben", 1), Term())


def test_publishing_never_undoes_what_somebody_else_published_in_between(shelf: Shelf) -> None:
    first, second = priced(shelf, 150), priced(shelf, 160)
    publish(shelf, second.draft_id, hand("ben", 1), Term())
    with pytest.raises(VersionConflict, match="opened from version 1, and version 2 came after"):
        publish(shelf, first.draft_id, hand("ben", 1), Term())
    assert value_at(shelf, 2) == 160


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (Term(START), "which is past"),
        (Term(None, START), "cannot end before it begins"),
        (Term(START + timedelta(hours=3), START + timedelta(hours=3)), "cannot end before it begins"),
    ],
)
def test_a_time_that_cannot_be_is_refused(shelf: Shelf, term: Term, says: str) -> None:
    draft = priced(shelf, 150)
    with pytest.raises(StepNotAllowed, match=says):
        publish(shelf, draft.draft_id, hand("ben", 1), term)


def test_a_version_written_on_top_of_a_scheduled_one_does_not_overtake_it(shelf: Shelf) -> None:
    published(shelf, 150, 1, Term(START + timedelta(hours=10)))
    draft = priced(shelf, 160, 2)
    assert draft.base == 2
    with pytest.raises(StepNotAllowed, match="version 2 takes effect at 2026-03-01 19:00 UTC and would undo this one"):
        publish(shelf, draft.draft_id, hand("ben", 2), Term())
    publish(shelf, draft.draft_id, hand("ben", 2), Term(START + timedelta(hours=11)))
    assert [value_at(shelf, hours) for hours in (2, 10, 11)] == [120, 150, 160]


def test_a_version_changed_by_hand_is_refused(shelf: Shelf) -> None:
    published(shelf, 150)
    with shelf.cabinet.open() as drawer:
        drawer.write("versions/0002/book/weights.yaml", b"levers: []")
    with pytest.raises(PlaybookInvalid, match="version 2: its files are not those that were approved"):
        shelf.load(2)
    with pytest.raises(PlaybookInvalid):
        roll_back(shelf, 2, hand("ben", 3))


@pytest.mark.parametrize("cabinet", ["folder"], indirect=True)
def test_versions_are_plain_files_a_person_can_read(shelf: Shelf) -> None:
    published(shelf, 150)
    names = {path.relative_to(shelf.cabinet.root).as_posix() for path in shelf.cabinet.root.rglob("*") if path.is_file()}
    assert {"versions/0002/book/actions/bill_instalment.yaml", "versions/0002/version.json", "releases.jsonl"} <= names
    assert len((shelf.cabinet.root / "releases.jsonl").read_text().splitlines()) == 2


def test_a_book_is_taken_over_once(shelf: Shelf, book: Path) -> None:
    assert take_over(shelf, read_contents(book), hand("anna"), "again") is None


def test_a_step_that_breaks_off_leaves_everything_as_it_was(shelf: Shelf) -> None:
    with pytest.raises(ZeroDivisionError), shelf.open() as opened:
        opened.drawer.write("versions/0002/version.json", b"{}")
        _ = 1 / 0
    with shelf.open() as opened:
        assert opened.numbers() == [1]
