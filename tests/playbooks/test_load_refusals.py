"""Every rule of a playbook that cannot be obeyed is refused at load, with file, line and mend."""

from difflib import SequenceMatcher
from pathlib import Path

import pytest

from playbooks.errors import PlaybookInvalid
from playbooks.load import load_playbook

ACTION = "actions/bill_instalment.yaml"
CASES = [
    ("policies.yaml", "pause: 30 days", "pause: 0 days", "longer than nothing"),
    ("policies.yaml", "pause: 30 days", "pause: forever", "could never end"),
    ("policies.yaml", "pause: 30 days", "pause: -3 days", "with its unit"),
    ("policies.yaml", "window: 30 days", "window: 0 days", "longer than nothing"),
    ("policies.yaml", "window: 30 days", "window: 30", "with its unit"),
    ("policies.yaml", "count: 1", "count: 1.5", "not a whole number"),
    ("policies.yaml", "count: 1", "count: 0", "from 1 to"),
    ("policies.yaml", "outcomes: [declined]", "outcomes: [refused]", "'refused' is unknown"),
    ("policies.yaml", "kinds: [sell]", "kinds: [sel]", "did you mean 'sell'"),
    ("policies.yaml", "stage: eligibility", "stage: eligible", "did you mean 'eligibility'"),
    ("policies.yaml", "when: customer.marketing_consent", "when: custmer.age > 3", "did you mean 'customer'"),
    ("policies.yaml", "when: customer.marketing_consent", "when: scene.need == 'mood'", "never 'mood'"),
    ("policies.yaml", "when: customer.marketing_consent", "when: scene.contact_reason == 'bill_qurey'", "did you mean 'bill_query'"),
    ("policies.yaml", "when: customer.marketing_consent", "when: facts.max_cost > 3", "fact 'max_cost' is not declared"),
    ("policies.yaml", "id: good_mood", "id: consent", "is there already"),
    ("playbook.yaml", "control: 2 %", "control: 120 %", "outside 0 .. 100 %"),
    ("playbook.yaml", "control: 2 %", "control: 0.02", "with its unit"),
    ("playbook.yaml", "control: 2 %", "control: 2 %, challenger: 101 %", "outside 0 .. 100 %"),
    ("playbook.yaml", "control: 2 %", "control: 2 %, exploration: -1 %", "%"),
    ("playbook.yaml", "control: 2 %", "control: 101", "outside 0 .. 100 %"),
    ("playbook.yaml", "cost: 5, fallback: callback", "cost: 5", "has no 'fallback'"),
    ("playbook.yaml", "cost: 5, fallback: callback", "cost: 5, fallback: calback", "did you mean 'callback'"),
    ("playbook.yaml", "cost: 5, fallback: callback", "cost: 5, fallback: bill_instalment", "which is promotional"),
    ("playbook.yaml", "timezone: Asia/Shanghai", "timezone: Asia/Peking", "timezone 'Asia/Peking' is unknown"),
    ("playbook.yaml", "timezone: Asia/Shanghai", "timezone: ../../etc/passwd", "is unknown"),
    ("playbook.yaml", "currency: CNY", "currency: yuan", "three capital letters"),
    ("playbook.yaml", "title: {zh-CN: 分期, en: Instalments}", "title: {en: I}\n    parent: instalment", "its own parent"),
    ("playbook.yaml", "languages: [zh-CN, en]", "languages: [zh-CN, en, en]", "stands twice"),
    ("playbook.yaml", "certificates: [credit]", "certificates: [credit]\ncertificates: [law]", "stands twice"),
    (ACTION, "    style: concise\n", "    style: concise\n    trial: {share: 120}\n", "outside 0 .. 100 %"),
    (ACTION, "    style: concise\n", "    style: concise\n    trial: {}\n", "has no 'share'"),
    (ACTION, "kind: sell", "kind: sale", "kind 'sale' is unknown"),
    (ACTION, "kind: sell", "kind: sell\nkindness: 3", "unknown key 'kindness'; did you mean 'kind'"),
    (ACTION, "class: promotional", "class: mandatory", "selling is promotional"),
    (ACTION, "group: instalment", "group: instalments", "did you mean 'instalment'"),
    (ACTION, "action: bill_instalment", "action: callback", "action 'callback' is there"),
    (ACTION, "value: 120", "value: a lot", "is not a number"),
    (ACTION, "value: 120", "value: -1", "is not a number from 0"),
    (ACTION, "value: 120", "value: .nan", "is not a number"),
    (ACTION, "cost: 2", "cost: 2\nexcludes: [bill_instalment]", "excludes itself"),
    (ACTION, "cost: 2", "cost: 2\nmembers: [bill_instalment, callback]", "member of itself"),
    (ACTION, "until: 2034-12-31", "until: 2019-12-31", "ends before it begins"),
    (ACTION, "until: 2034-12-31", "until: someday", "not a day"),
    (ACTION, "certificates: [credit]", "certificates: [cred]", "certificate 'cred' is not declared"),
    (ACTION, "decline_reasons: [too_expensive, no_need]", "decline_reasons: [costly]", "decline reason 'costly'"),
    (ACTION, "disclosures: [annual_rate]", "disclosures: [rate]", "disclosure 'rate'"),
    (ACTION, "response_window: 7 days", "response_window: 7", "with its unit"),
    (ACTION, "style: warm", "style: wram", "did you mean 'warm'"),
    (ACTION, "language: en", "language: fr", "language 'fr' is not declared"),
    (ACTION, "media: [text]", "media: [smoke]", "medium 'smoke' is unknown"),
    (ACTION, "media: [text]", "channels: [fax]", "channel 'fax' is not declared"),
    (ACTION, "due_date", "duedate", "did you mean 'due_date'"),
    (ACTION, "{{ due_date }}", "{{ due_date | upper }}", "is not a variable"),
    (ACTION, "{{ due_date }}", "{% for x in y %}", "is not a variable"),
    (ACTION, "- close:", "- finish:", "stage 'finish' is unknown"),
    (ACTION, "id: bill_instalment-concise-en", "id: bill_instalment-warm-zh", "is there already"),
    (ACTION, "says: 太贵了, ", "", "has no 'says'"),
    ("phrases.yaml", "minefields:", "minefield:", "did you mean 'minefields'"),
    ("greetings.yaml", "from: 02-01", "from: 02-31x", "not a day of the year"),
    ("greetings.yaml", "from: 02-01", "from: 02-30", "not a day of the year"),
    ("greetings.yaml", "from: 02-01", "from: 04-31", "not a day of the year"),
    ("policies.yaml", "    outcomes: [declined]", "    outcomes: []", "counts no outcome"),
    ("policies.yaml", "for: {kinds: [sell]}\n    outcomes", "for: {classes: [transactional]}\n    outcomes", "free of contact limits"),
    ("policies.yaml", "reason: {zh-CN: 近期已拒绝, en: Declined lately}", "reason: {fr: non}", "language 'fr' is not declared"),
    ("policies.yaml", "for: {kinds: [sell]}", "for: {channels: [voice]}", "unknown key 'channels'"),
    ("policies.yaml", "for: {kinds: [sell]}", "for: {groups: [loans]}", "group 'loans' is not declared"),
    ("policies.yaml", "level: action", "level: channel", "level 'channel' is unknown"),
    ("weights.yaml", "percent: 20", "percent: 20 %", "not a number from -1000 to 1000"),
    ("weights.yaml", "percent: 20", "percent: 2000", "not a number from -1000 to 1000"),
    ("weights.yaml", "when: scene.need == 'emotion'", "when: talk.channel == 'fax'", "channel 'fax' is not declared"),
    ("weights.yaml", "when: scene.need == 'emotion'", "when: talk.channel = 'voice'", "is not a condition"),
    ("knowledge/bill.yaml", "id: ", "id: ID ", "is not an id"),
    ("knowledge/bill.yaml", "    answer:", "    valid: {from: 2026-02-01, until: 2026-01-01}\n    answer:", "ends before it begins"),
    ("knowledge/bill.yaml", "    answer:", "    valid: {until: soon}\n    answer:", "not a day"),
    ("sops/lost_card.yaml", "steps:", "valid: {to: 2026-01-01}\nsteps:", "unknown key 'to'"),
    ("actions/callback.yaml", "value: 5", "value: 5\ncertificates: [credit]", "which not every agent may offer"),
    ("actions/callback.yaml", "value: 5", "value: 5\nvalid: {until: 2030-01-01}", "which is not always valid"),
    (
        ACTION,
        "value: 120",
        "value: 120\nincremental: {holdout: 0 %, within: 30 days, goal: {table: transactions, category: instalment}}",
        "above 0 % and up to 50 %",
    ),
    (
        ACTION,
        "value: 120",
        "value: 120\nincremental: {holdout: 60 %, within: 30 days, goal: {table: transactions, category: instalment}}",
        "above 0 % and up to 50 %",
    ),
    (
        ACTION,
        "value: 120",
        "value: 120\nincremental: {holdout: 0.1, within: 30 days, goal: {table: transactions, category: instalment}}",
        "with its unit",
    ),
    (
        ACTION,
        "value: 120",
        "value: 120\nincremental: {within: 30 days, goal: {table: transactions, category: instalment}}",
        "has no 'holdout'",
    ),
    (
        ACTION,
        "value: 120",
        "value: 120\nincremental: {holdout: 10 %, goal: {table: transactions, category: instalment}}",
        "has no 'within'",
    ),
    (ACTION, "value: 120", "value: 120\nincremental: {holdout: 10 %, within: 30 days}", "has no 'goal'"),
    (
        ACTION,
        "value: 120",
        "value: 120\nincremental: {holdout: 10 %, within: 30 days, goal: {table: outcomes, category: instalment}}",
        "table 'outcomes' is unknown",
    ),
    (
        ACTION,
        "value: 120",
        "value: 120\nincremental: {holdout: 10 %, within: 30 days, goal: {table: transactions, categry: instalment}}",
        "did you mean 'category'",
    ),
    (ACTION, "value: 120", "value: 120\nincremental: {holdout: 10 %, within: 30 days, goal: {table: transactions}}", "names no column"),
    (
        ACTION,
        "value: 120",
        "value: 120\nincremental: {holdout: 10 %, within: 30 days, goal: {table: channel_events, event: loggin}}",
        "did you mean 'login'",
    ),
    (
        "actions/callback.yaml",
        "value: 5",
        "value: 5\nincremental: {holdout: 10 %, within: 30 days, goal: {table: transactions, category: instalment}}",
        "which is held back",
    ),
    (
        "actions/callback.yaml",
        "class: transactional",
        "class: mandatory\nincremental: {holdout: 10 %, within: 30 days, goal: {table: transactions, category: instalment}}",
        "cannot be held back",
    ),
]

ACROSS_FILES = (
    "which is promotional",
    "selling is promotional",
    "action 'callback' is there",
    "which not every agent may offer",
    "which is not always valid",
    "which is held back",
    "cannot be held back",
)
"""Rules that no line breaks alone."""


@pytest.mark.parametrize(("file", "before", "after", "says"), CASES)
def test_a_rule_that_cannot_be_obeyed_is_refused(book: Path, file: str, before: str, after: str, says: str) -> None:
    text = (book / file).read_text("utf-8")
    assert before in text
    (book / file).write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(PlaybookInvalid) as refused:
        load_playbook(book)
    fitting = [finding for finding in refused.value.findings if says in finding]
    assert fitting, refused.value.findings
    place, _, rest = fitting[0].partition(": ")
    named, line = place.rsplit(":", 1)
    assert Path(named).is_file()
    if says in ACROSS_FILES:
        assert line == "1", "a rule over the whole book names the action"
    else:
        assert (named, int(line)) in {(str(book / file), number) for number in changed(text, text.replace(before, after, 1))}
    assert "; " in rest


def changed(before: str, after: str) -> set[int]:
    """The lines of `after` that are not those of `before`; where lines were only taken out, the one that stands there now."""
    steps = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False).get_opcodes()
    return {line + 1 for what, _, _, start, end in steps if what != "equal" for line in range(start, max(end, start + 1))}


def test_the_finding_names_the_very_line(book: Path) -> None:
    file = book / "policies.yaml"
    file.write_text(file.read_text("utf-8").replace("pause: 30 days", "pause: 0 days"), "utf-8")
    line = next(n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if "pause" in text)
    with pytest.raises(PlaybookInvalid, match=f"policies.yaml:{line}: "):
        load_playbook(book)


def test_all_findings_come_at_once(book: Path) -> None:
    for file, before, after, _ in (CASES[0], CASES[14], CASES[25]):
        text = (book / file).read_text("utf-8")
        (book / file).write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(PlaybookInvalid) as refused:
        load_playbook(book)
    assert len(refused.value.findings) == 3


def test_a_circle_of_groups_is_refused(book: Path) -> None:
    file = book / "playbook.yaml"
    text = file.read_text("utf-8").replace("title: {zh-CN: 分期, en: Instalments}", "title: {en: I}\n    parent: service")
    file.write_text(text.replace("title: {zh-CN: 服务, en: Service}", "title: {en: S}\n    parent: instalment"), "utf-8")
    with pytest.raises(PlaybookInvalid, match="above itself"):
        load_playbook(book)


def test_a_folder_without_a_playbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlaybookInvalid, match=r"holds no playbook\.yaml"):
        load_playbook(tmp_path)


def test_a_file_out_of_place_is_refused(book: Path) -> None:
    (book / "polices.yaml").write_text("engagement: []", "utf-8")
    with pytest.raises(PlaybookInvalid, match=r"polices\.yaml:1: is no file of a playbook"):
        load_playbook(book)


def test_a_fallback_that_cannot_be_said_in_every_scene_is_refused(book: Path) -> None:
    file = book / "actions/callback.yaml"
    file.write_text(file.read_text("utf-8").replace("    steps:", "    when: scene.resolved\n    steps:"), "utf-8")
    with pytest.raises(PlaybookInvalid, match="'weibo' falls back to 'callback', which has no script for every scene"):
        load_playbook(book)


def test_two_articles_or_sops_with_one_id_are_refused(book: Path) -> None:
    for folder, name in (("knowledge", "bill"), ("sops", "lost_card")):
        (book / folder / "again.yaml").write_text((book / folder / f"{name}.yaml").read_text("utf-8"), "utf-8")
    with pytest.raises(PlaybookInvalid) as refused:
        load_playbook(book)
    assert len([finding for finding in refused.value.findings if "is there already, at " in finding]) == 2


def test_a_book_of_too_many_bytes_is_refused_before_it_is_read(book: Path) -> None:
    for number in range(20):
        (book / "actions" / f"big{number}.yaml").write_bytes(b"# " + b"x" * 500_000)
    with pytest.raises(PlaybookInvalid, match="holds more than 8,388,608 bytes; split it"):
        load_playbook(book)
