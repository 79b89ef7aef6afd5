"""draft, approve, publish, rollback and history as they are typed."""

import json

import pytest

from playbooks.cli.diff import diff_command
from playbooks.cli.drafting import approve_command, draft_command
from playbooks.cli.publishing import history_command, publish_command, rollback_command
from playbooks.cli.setting import set_command
from playbooks.errors import FieldNotFound, OwnWords, PlaybookInvalid, StepNotAllowed


@pytest.fixture
def folder(book):
    for name in ("bill_instalment", "callback"):
        file = book / "actions" / f"{name}.yaml"
        file.write_text(file.read_text("utf-8").replace("    media: [text]\n", ""), "utf-8")
    return book


def reprice(folder, value: int) -> None:
    file = folder / "actions" / "bill_instalment.yaml"
    lines = [f"value: {value}" if line.startswith("value:") else line for line in file.read_text("utf-8").splitlines()]
    file.write_text("\n".join(lines), "utf-8")


def test_the_whole_way_of_a_folder(typed, folder):
    named = ("--playbook", folder)
    assert typed(publish_command, folder, "--author", "anna", "--approver", "ben").exit_code == 0
    reprice(folder, 150)
    told = typed(draft_command, folder, "--by", "anna").stdout
    assert told.splitlines()[0] == "the value of action 'bill_instalment' went from 120 to 150"
    assert isinstance(typed(approve_command, "d2", "--by", "anna", *named).exception, OwnWords)
    assert typed(approve_command, "d2", "--by", "ben", *named).exit_code == 0
    assert json.loads(typed(publish_command, "d2", "--by", "ben", "--json", *named).stdout)["version"] == 2
    assert typed(diff_command, "1", "live", *named).stdout.splitlines()[-1] == "1 difference"
    assert typed(rollback_command, "--by", "ben", "--note", "wrong", *named).stdout.startswith("version 1 is in effect from 2026-01-01")
    told = json.loads(typed(history_command, "--json", *named).stdout)
    assert [(version["number"], version["approved_by"]) for version in told["versions"]] == [(1, "ben"), (2, "ben")]
    assert [(release["version"], release["note"]) for release in told["releases"]] == [(1, ""), (2, ""), (1, "wrong")]


def test_a_folder_with_an_error_stays_a_draft_and_ends_with_1(typed, folder):
    file = folder / "actions" / "bill_instalment.yaml"
    file.write_text(file.read_text("utf-8").replace("好的，马上给您办好。", "好的，保证收益。"), "utf-8")
    done = typed(publish_command, folder, "--author", "anna", "--approver", "ben")
    assert done.exit_code == 1
    assert "forbidden-words" in done.stdout
    assert "no version yet" in typed(history_command, "--playbook", folder).stdout


def test_author_and_approver_are_two_people(typed, folder):
    assert isinstance(typed(publish_command, folder, "--author", "anna", "--approver", "anna").exception, StepNotAllowed)
    assert typed(publish_command, folder).exit_code == 2


@pytest.mark.parametrize("when", ["tomorrow", "2030-01-01T09:00"])
def test_a_time_without_its_offset_is_wrong_use(typed, folder, when):
    done = typed(publish_command, folder, "--author", "anna", "--approver", "ben", "--from", when)
    assert done.exit_code == 2
    assert "2026-01-31T18:00+08:00" in done.stderr


def test_one_value_of_a_folder_is_set_and_taken_out_and_every_comment_stays(typed, folder):
    file = folder / "actions" / "bill_instalment.yaml"
    before = "# priced in spring\n" + file.read_text("utf-8").replace("value: 120", "value: 120  # a year")
    file.write_text(before, "utf-8")
    told = typed(set_command, folder, "actions/bill_instalment.yaml", "value", "150")
    assert told.exit_code == 0, told.output
    assert file.read_text("utf-8") == before.replace("value: 120  # a year", "value: 150  # a year")
    assert typed(set_command, folder, "actions/bill_instalment.yaml", "policies", "--remove").exit_code == 0
    assert "policies:" not in file.read_text("utf-8")


def test_a_folder_that_can_be_read_is_not_broken_by_setting_a_value(typed, folder):
    file = folder / "actions" / "bill_instalment.yaml"
    before = file.read_bytes()
    assert isinstance(typed(set_command, folder, file.relative_to(folder), "value", "much").exception, PlaybookInvalid)
    assert isinstance(typed(set_command, folder, file.relative_to(folder), "titel", "x").exception, PlaybookInvalid)
    assert isinstance(typed(set_command, folder, file.relative_to(folder), "titel.en", "x").exception, FieldNotFound)
    assert isinstance(typed(set_command, folder, "../elsewhere.yaml", "value", "1").exception, StepNotAllowed)
    assert typed(set_command, folder, file.relative_to(folder), "value").exit_code == 2
    assert file.read_bytes() == before


def test_one_value_of_a_draft_is_set_by_somebody(typed, folder):
    named = ("--playbook", folder)
    typed(publish_command, folder, "--author", "anna", "--approver", "ben")
    reprice(folder, 150)
    typed(draft_command, folder, "--by", "anna")
    change = (set_command, "d2", "actions/bill_instalment.yaml", "value", "160", *named)
    assert typed(*change).exit_code == 2
    assert typed(*change, "--by", "ben").stdout.startswith("d2 is draft, revision 2")
    assert typed(diff_command, "live", "d2", *named).stdout.startswith("the value of action 'bill_instalment' went from 120 to 160")
