"""lint, preview and diff: what they print and how they end."""

import json
from pathlib import Path

import pytest

from playbooks.cli.diff import diff_command
from playbooks.cli.lint import lint_command
from playbooks.cli.preview import preview_command
from playbooks.errors import NothingToPreview, PlaybookInvalid

TINY = Path(__file__).parents[1] / "books" / "tiny"


def whole(book: Path) -> Path:
    """The tiny book with the one script it lacks, so that nothing keeps it from being published."""
    for name in ("bill_instalment", "callback"):
        file = book / "actions" / f"{name}.yaml"
        text = file.read_text("utf-8")
        file.write_text(text.replace("    media: [text]\n", ""), "utf-8")
    return book


def test_a_book_that_may_be_published_ends_with_0(typed, book):
    done = typed(lint_command, whole(book), "--level", "error")
    assert (done.exit_code, done.stdout) == (0, "0 errors, 0 warnings, 0 notes\n"), done.stdout


def test_a_book_with_an_error_ends_with_1_and_a_line_that_leads_to_it(typed, book):
    file = whole(book) / "actions" / "bill_instalment.yaml"
    file.write_text(file.read_text("utf-8").replace("好的，马上给您办好。", "好的，保证收益。"), "utf-8")
    done = typed(lint_command, book)
    line = next(n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if "保证收益" in text)
    assert done.exit_code == 1
    assert f"{file}:{line}: error [forbidden-words] " in done.stdout


def test_a_folder_that_is_none_is_wrong_use(typed, tmp_path):
    done = typed(lint_command, tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "name the folder that holds playbook.yaml" in done.stderr


def test_a_book_that_cannot_be_read_is_told_line_by_line(typed, book):
    file = book / "policies.yaml"
    file.write_text(file.read_text("utf-8").replace("pause: 30 days", "pause: 0 days"), "utf-8")
    done = typed(lint_command, book)
    assert done.exit_code == 1
    assert "error [load]" in done.stdout
    assert "policies.yaml" in done.stdout


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_programs_get_the_same_findings(typed, form):
    written = json.loads(typed(lint_command, TINY, "--format", form).stdout)
    results = written if form == "json" else written["runs"][0]["results"]
    assert len(results) == 3


def test_a_preview_shows_steps_seconds_and_disclosures(typed):
    done = typed(preview_command, TINY, "bill_instalment", "--language", "zh-CN", "--style", "warm", "--json")
    (shown,) = json.loads(done.stdout)
    assert shown["disclosures"] == ["分期年化利率以合同为准"]
    assert shown["spoken_seconds"] == pytest.approx(sum(step[2] for step in shown["steps"]), abs=0.1)
    assert "王先生" in done.stdout


def test_a_newcomer_is_shown_more_than_an_expert(typed):
    said = {
        experience: typed(preview_command, TINY, "bill_instalment", "--style", "warm", "--experience", experience).stdout
        for experience in ("newcomer", "expert")
    }
    assert said["newcomer"] != said["expert"]
    assert len(said["newcomer"]) > len(said["expert"])


def test_a_given_value_takes_the_place_of_the_example_and_an_empty_one_leaves_it_out(typed):
    given = typed(preview_command, TINY, "bill_instalment", "--style", "warm", "--set", "customer_name=李雷").stdout
    without = typed(preview_command, TINY, "bill_instalment", "--style", "warm", "--set", "customer_name=").stdout
    assert "李先生" in given
    assert "先生" not in without


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["bill_instalmnt"], "did you mean 'bill_instalment'"),
        (["bill_instalment", "--channel", "fax"], "channel 'fax' is not declared"),
        (["callback", "--style", "warm", "--language", "en"], "there is "),
    ],
)
def test_a_preview_of_what_is_not_there_says_what_is(typed, arguments, says):
    done = typed(preview_command, TINY, *arguments)
    assert isinstance(done.exception, NothingToPreview)
    assert says in str(done.exception)


def test_a_difference_is_a_sentence_a_line(typed, book):
    file = book / "actions" / "bill_instalment.yaml"
    file.write_text(file.read_text("utf-8").replace("value: 120", "value: 150"), "utf-8")
    assert typed(diff_command, TINY, book).stdout.splitlines() == [
        "the value of action 'bill_instalment' went from 120 to 150",
        "1 difference",
    ]
    assert typed(diff_command, TINY, TINY).stdout == "no difference\n"
    assert json.loads(typed(diff_command, TINY, book, "--json").stdout)[0]["after"] == "150"


def test_a_broken_book_is_not_compared(typed, book):
    (book / "playbook.yaml").write_text("{")
    assert isinstance(typed(diff_command, TINY, book).exception, PlaybookInvalid)
