"""Every rule of the gate, shown by a book that breaks just that rule."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from playbooks.lint import RULES
from playbooks.lint.bounds import demands
from playbooks.lint.finding import Finding, Severity
from playbooks.lint.formats import as_json, as_sarif, as_text
from playbooks.lint.run import has_errors, lint_folder
from playbooks.load import load_playbook
from playbooks.schema.playbook import Playbook
from playbooks.spoken import spoken_seconds

ACTION = "actions/bill_instalment.yaml"
AT = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = frozenset({"customer.marketing_consent", "customer.spend_90d"})


def broken(book: Path, file: str, before: str, after: str) -> list[Finding]:
    text = (book / file).read_text("utf-8")
    assert before in text
    (book / file).write_text(text.replace(before, after, 1), "utf-8")
    return lint_folder(book, FIELDS, AT)


def test_the_tiny_book_has_no_error(book: Path) -> None:
    assert not [one for one in lint_folder(book, FIELDS, AT) if one.severity is Severity.ERROR and one.rule != "coverage"]


LONG = "您好，" * 150
CASES = [
    ("disclosures", "error", ACTION, "    style: warm\n", "    style: warm\n    disclosures: []\n", "has no disclosure 'annual_rate'"),
    ("disclosures", "error", "playbook.yaml", ", en: The annual rate is the one in your contract}", "}", "in en, which is not written"),
    ("forbidden-words", "error", ACTION, "好的，马上给您办好。", "好的，保 證 收 益。", "says '保证收益', which is forbidden"),
    ("forbidden-words", "error", "knowledge/bill.yaml", "in the app", "in the app ＧＵＡＲＡＮＴＥＥＤ", "says 'guaranteed'"),
    ("forbidden-words", "warning", ACTION, "好的，马上给您办好。", "这是规定。", "which is a minefield"),
    (
        "required-phrases",
        "error",
        "phrases.yaml",
        "minefields:",
        "required:\n  - {phrase: 以合同为准哦, language: zh-CN}\nminefields:",
        "never says",
    ),
    ("spoken-length", "error", ACTION, "好的，马上给您办好。", LONG, "s to say"),
    ("spoken-length", "warning", ACTION, "好的，马上给您办好。", "您好呀您好呀您好呀您好呀。" * 5, "close takes"),
    (
        "variables",
        "error",
        ACTION,
        "Shall I spread it",
        "Shall I spread {{ bill_amount }}",
        "every wording of the proposal needs a variable",
    ),
    ("variables", "error", ACTION, "{{ due_date }}", "{{ customer.due }}", "speaks customer.due"),
    ("unknown-fields", "error", ACTION, "customer.spend_90d", "customer.spend_90", "did you mean customer.spend_90d"),
    (
        "contradictions",
        "error",
        ACTION,
        "customer.spend_90d >= 1000",
        "customer.spend_90d > 5 and customer.spend_90d < 5",
        "can never be met",
    ),
    ("contradictions", "error", ACTION, "customer.spend_90d >= 1000", "scene.sentiment > 1", "can never be met"),
    (
        "contradictions",
        "error",
        ACTION,
        "customer.spend_90d >= 1000",
        "not customer.marketing_consent",
        "'has_a_bill' and 'consent' contradict",
    ),
    ("contradictions", "warning", ACTION, "customer.spend_90d >= 1000", "scene.need in ['emotion']", "can never be chosen"),
    (
        "contradictions",
        "warning",
        "policies.yaml",
        "for: {kinds: [sell]}",
        "for: {kinds: [sell], classes: [mandatory]}",
        "is for no action there is",
    ),
    (
        "validity",
        "warning",
        "knowledge/bill.yaml",
        "    answer:",
        "    valid: {until: 2025-12-30}\n    answer:",
        "article 'bill_date' ended on 2025-12-30",
    ),
    ("validity", "warning", "knowledge/bill.yaml", "    answer:", "    valid: {until: 2026-12-30}\n    answer:", None),
    ("validity", "warning", "sops/lost_card.yaml", "steps:", "valid: {until: 2025-12-30}\nsteps:", "SOP 'lost_card' ended on 2025-12-30"),
    ("validity", "error", ACTION, "until: 2034-12-31", "until: 2025-12-30", "ended on 2025-12-30"),
    (
        "validity",
        "warning",
        "greetings.yaml",
        "closings:",
        "  - {language: zh-CN, season: {from: 02-10, until: 03-05}, text: 早春好!}\nclosings:",
        "'早春好!' is never said where '您好，新春快乐!' is",
    ),
    (
        "validity",
        "warning",
        "greetings.yaml",
        "closings:",
        "  - {language: zh-CN, season: {from: 02-21, until: 03-05}, text: 早春好!}\nclosings:",
        None,
    ),
    ("validity", "warning", "greetings.yaml", "closings:", "  - {language: zh-CN, brand: gold, text: 金卡好!}\nclosings:", None),
    ("validity", "warning", "greetings.yaml", "closings:", "  - {language: zh-CN, channels: [voice], text: 来电好!}\nclosings:", None),
    ("validity", "warning", ACTION, "style: concise\n    when: scene.need == 'issue'", "style: concise", None),
    ("coverage", "error", "playbook.yaml", "languages: [zh-CN, en]", "languages: [zh-CN, en, fr]", "has no script in fr"),
    ("coverage", "error", ACTION, "{zh-CN: 账单分期, en: Bill instalments}", "{zh-CN: 账单分期}", "title is not written in en"),
    ("coverage", "warning", ACTION, "", "", "has no script in en for voice"),
    ("objections", "warning", ACTION, "decline_reasons: [too_expensive, no_need]\n", "", "names no decline reasons"),
    ("reading-level", "warning", ACTION, "好的，马上给您办好。", "好的我马上就给您办好" * 6, "a sentence of"),
    (
        "trials",
        "error",
        ACTION,
        "    style: concise\n",
        "    style: concise\n    trial: {share: 20}\n",
        "no standing script is for the same talk",
    ),
    ("four-qualities", "note", ACTION, "", "", "does not show"),
]


@pytest.mark.parametrize(("rule", "severity", "file", "before", "after", "says"), CASES)
def test_a_book_that_breaks_a_rule_is_told_so(
    book: Path, rule: str, severity: str, file: str, before: str, after: str, says: str | None
) -> None:
    found = broken(book, file, before, after)
    fitting = [one for one in found if one.rule == rule and one.severity == severity and (says or "") in one.message + one.mend]
    if says is None:
        assert not fitting
        return
    assert fitting, as_text(found)
    assert Path(fitting[0].file).is_file() and fitting[0].line >= 1 and fitting[0].mend


FULL = {
    "a promise of service": "马上安排。",
    "initiative": "要不要现在就办？",
    "something personal": "按您平时的用法来。",
    "the brand's worth": "我们的老客户都有。",
}


@pytest.mark.parametrize("left_out", [*FULL, None])
def test_each_of_the_four_qualities_is_missed_when_it_is_not_there(book: Path, left_out: str | None) -> None:
    (book / ACTION).write_text(
        (book / ACTION).read_text("utf-8").partition("scripts:")[0]
        + "scripts:\n  - {id: one, language: zh-CN, style: warm, steps: [{propose: "
        + "".join(text for quality, text in FULL.items() if quality != left_out)
        + "}]}\n",
        "utf-8",
    )
    found = [one.message for one in lint_folder(book, FIELDS, AT) if one.rule == "four-qualities" and "'one'" in one.message]
    assert found == ([] if left_out is None else [f"script 'one' does not show {left_out}"])


@pytest.mark.parametrize(
    ("text", "language", "seconds"),
    [
        ("账" * 240, "zh-CN", 60.0),
        ("您好，请讲。", "zh-CN", 1.2),
        ("开通 App", "zh-CN", 1.0),
        ("{{ customer_name }}您好", "zh-CN", 1.5),
        ("word " * 150, "en", 60.0),
        ("Shall I, {{ customer_name }}?", "en", 1.2),
    ],
)
def test_seconds_are_characters_a_minute_in_chinese_and_words_a_minute_elsewhere(text: str, language: str, seconds: float) -> None:
    """By hand: 240 characters a minute are 4 a second, half a one for breath at each mark, two for a foreign word, four for a variable; 150 words a minute are 2.5 a second."""
    assert spoken_seconds(text, language) == pytest.approx(seconds, abs=0.06)


def test_every_rule_is_shown_by_a_case() -> None:
    assert {rule.rule_id for rule in RULES} == {case[0] for case in CASES}


def _one_more(book: Path, words: str) -> list[str]:
    file = book / "actions/callback.yaml"
    script = f"  - id: again\n    language: en\n    style: concise\n    steps:\n      - propose: {words}\n"
    file.write_text(file.read_text("utf-8") + script, "utf-8")
    return [one.message for one in lint_folder(book) if one.rule == "validity"]


def test_a_further_wording_for_the_same_talk_is_welcome(book: Path) -> None:
    assert _one_more(book, "Hello?") == []


def test_a_script_that_says_the_same_to_the_same_talk_is_pointed_out(book: Path) -> None:
    standing = next(one for one in load_playbook(book).actions["callback"].scripts if one.script_id == "callback-concise-en")
    assert [step.stage.value for step in standing.steps] == ["propose"]
    assert _one_more(book, json.dumps(standing.steps[0].text)) == ["script 'again' says to the same talk what 'callback-concise-en' says"]


def _second_edition(book: Path, validity: str, title: str) -> list[str]:
    """A copy of the bill instalment under another id. Returns what the rule says of it."""
    first = (book / ACTION).read_text("utf-8")
    old = next(line for line in first.splitlines() if line.startswith("valid: "))
    copy = (
        first.replace("bill_instalment", "bill_instalment_2")
        .replace("has_a_bill", "has_a_bill_2")
        .replace(old, f"valid: {validity}")
        .replace("账单分期, en: Bill instalments", title)
    )
    (book / "actions/bill_instalment_2.yaml").write_text(copy, "utf-8")
    return [one.message for one in lint_folder(book) if one.rule == "validity"]


def test_a_new_edition_that_begins_before_the_old_one_has_ended_is_pointed_out(book: Path) -> None:
    (said,) = _second_edition(book, "{from: 2034-06-01, until: 2035-12-31}", "账单分期, en: Bill instalments")
    assert said == "action 'bill_instalment_2' is valid at the same time as 'bill_instalment', in one group and under one title"


def test_editions_that_follow_each_other_or_have_other_titles_are_fine(book: Path) -> None:
    assert _second_edition(book, "{from: 2035-01-01, until: 2035-12-31}", "账单分期, en: Bill instalments") == []
    assert _second_edition(book, "{from: 2034-06-01, until: 2035-12-31}", "春季账单分期, en: Spring instalments") == []


def test_a_book_that_cannot_be_read_is_findings_too(book: Path) -> None:
    found = broken(book, "policies.yaml", "pause: 30 days", "pause: 0 days")
    assert [(one.rule, one.severity) for one in found] == [("load", Severity.ERROR)]
    assert has_errors(found)


def test_what_nobody_could_say_is_not_held_against_a_book(tiny: Playbook, book: Path) -> None:
    found = broken(book, ACTION, "until: 2034-12-31", "until: 2021-12-30")
    assert any(one.rule == "validity" for one in found)
    assert not any(one.rule == "validity" and one.severity is Severity.ERROR for one in lint_folder(book))


@pytest.mark.parametrize(
    ("source", "name", "impossible"),
    [
        ("customer.a > 3 and customer.a >= 4 and customer.a <= 4", "customer.a", False),
        ("customer.a > 4 and customer.a <= 4", "customer.a", True),
        ("1 < customer.a < 1", "customer.a", True),
        ("customer.a == 'x' and customer.a in ['y', 'z']", "customer.a", True),
        ("customer.a == 'x' and customer.a != 'x'", "customer.a", True),
        ("customer.a in ['x', 'y'] and customer.a != 'x'", "customer.a", False),
        ("scene.resolved and not scene.resolved", "scene.resolved as a flag", True),
        ("customer.a in [1, 5] and customer.a > 5", "customer.a", True),
    ],
)
def test_demands_are_put_together(source: str, name: str, impossible: bool) -> None:
    assert demands(source, "x:1")[name].impossible is impossible


def test_what_is_not_certain_demands_nothing() -> None:
    assert demands("customer.a > 3 or customer.a < 1", "x:1") == {}
    assert demands("not (customer.a > 3)", "x:1") == {}


@pytest.mark.parametrize("read", [as_json, as_sarif])
def test_findings_are_read_by_programs(book: Path, read: Callable[[list[Finding]], str]) -> None:
    found = broken(book, ACTION, "好的，马上给您办好。", "好的，保证收益。")
    written = json.loads(read(found))
    if isinstance(written, list):
        assert {one["rule"] for one in written} >= {"forbidden-words"} and written[0]["line"] >= 1
        return
    results = written["runs"][0]["results"]
    declared = {rule["id"] for rule in written["runs"][0]["tool"]["driver"]["rules"]}
    assert written["version"] == "2.1.0" and {one["ruleId"] for one in results} <= declared
    assert all(one["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1 for one in results)


def test_the_sums_end_the_text(book: Path) -> None:
    assert as_text(lint_folder(book)).splitlines()[-1].endswith("notes")


def test_load_and_lint_agree_on_the_tiny_book(book: Path) -> None:
    assert load_playbook(book).playbook_id == "tiny"
