"""What changed between two books is said in words a manager reads."""

from pathlib import Path

import pytest

from playbooks.diff.compare import compare
from playbooks.load import load_playbook
from playbooks.schema.playbook import Playbook

ACTION = "actions/bill_instalment.yaml"
CASES = [
    (ACTION, "value: 120", "value: 150", "the value of action 'bill_instalment' went from 120 to 150"),
    (ACTION, "certificates: [credit]\n", "", "action 'bill_instalment' lost its certificates: credit"),
    (ACTION, "style: warm\n", "style: warm\n    disclosures: []\n", "bill_instalment/warm in zh-CN lost its disclosures: annual_rate"),
    ("policies.yaml", "pause: 30 days", "pause: 36 hours", "the pause of policy 'declined_once' went from 30 days to 36 hours"),
    ("policies.yaml", "scene.sentiment < -0.3", "scene.sentiment < -0.5", "the condition of policy 'good_mood' went from"),
    ("weights.yaml", "percent: 20", "percent: 25", "the percent of the lever on groups instalment went from 20 to 25"),
    ("playbook.yaml", "control: 2 %", "control: 3 %", "the control share of the playbook went from 2.000000% to 3.000000%"),
    ("playbook.yaml", "cost: 5,", "cost: 4,", "the cost of channel 'voice' went from 5 to 4"),
    ("knowledge/bill.yaml", "in the app", "in our app", "the answer in en of article"),
    (
        "knowledge/bill.yaml",
        "    answer:",
        "    valid: {until: 2026-12-30}\n    answer:",
        "article 'bill_date' now has valid until: 2026-12-",
    ),
    ("sops/lost_card.yaml", "steps:", "valid: {from: 2026-01-01}\nsteps:", "SOP 'lost_card' now has valid from: "),
    ("phrases.yaml", "language: en}", "language: en, instead: please}", "phrase 'guaranteed' now has instead: please"),
    ("greetings.yaml", "感谢您的来电", "谢谢您的来电", "the text of closing line 1 is said anew"),
]


def changed(book: Path, tiny: Playbook, file: str, before: str, after: str) -> list[str]:
    text = (book / file).read_text("utf-8")
    assert before in text
    (book / file).write_text(text.replace(before, after, 1), "utf-8")
    return [str(change) for change in compare(tiny, load_playbook(book))]


@pytest.mark.parametrize(("file", "before", "after", "says"), CASES)
def test_one_change_is_one_sentence(book: Path, tiny: Playbook, file: str, before: str, after: str, says: str) -> None:
    told = changed(book, tiny, file, before, after)
    assert len(told) == 1
    assert told[0].startswith(says)


def test_a_pitch_that_loses_its_rate_is_told_so(book: Path, tiny: Playbook) -> None:
    file = book / ACTION
    with_rate = file.read_text("utf-8").replace("帮您分成几期慢慢还，好吗?", '"年化 {{ annual_rate }}，要不要分期？"', 1)
    file.write_text(with_rate, "utf-8")
    older = load_playbook(book)
    file.write_text(with_rate.replace("年化 {{ annual_rate }}，", ""), "utf-8")
    (told,) = compare(older, load_playbook(book))
    assert told.text.startswith("the pitch of bill_instalment/warm in zh-CN lost its annual rate: was ")
    assert Path(told.place.rpartition(":")[0]).is_file()


def test_what_is_new_and_what_is_gone_is_named(book: Path, tiny: Playbook) -> None:
    file = book / "policies.yaml"
    file.write_text(file.read_text("utf-8").replace("id: good_mood", "id: fair_mood"), "utf-8")
    assert [str(change) for change in compare(tiny, load_playbook(book))] == ["policy 'fair_mood' is new", "policy 'good_mood' is gone"]


def test_a_book_does_not_differ_from_itself_or_by_its_comments(book: Path, tiny: Playbook) -> None:
    file = book / "playbook.yaml"
    file.write_text("# a remark\n\n" + file.read_text("utf-8"), "utf-8")
    assert compare(tiny, load_playbook(book)) == []
