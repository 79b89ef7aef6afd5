"""Saying a script: manners, locale, no injection, never an empty hole."""

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.errors import RenderError
from playbooks.render import Renderer
from playbooks.rendering.values import Manners, said
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script, Step
from playbooks.schema.variable import VariableSort
from playbooks.schema.words import Stage

ZH, EN = Manners("zh-CN", "CNY"), Manners("en", "CNY")
FULL = {
    "customer_name": "王小明",
    "customer_gender": "male",
    "bill_amount": 3200.5,
    "due_date": date(2026, 3, 5),
    "today": date(2026, 1, 9),
}


def texts(tiny: Playbook, script_id: str, values: dict[str, object], **how: object) -> dict[str, str]:
    script = next(s for a in tiny.actions.values() for s in a.scripts if s.script_id == script_id)
    return {stage: text for stage, text, _ in Renderer(tiny).render(script, values, **how)}  # type: ignore[arg-type]


def test_every_variable_is_said_in_the_manner_of_the_language(tiny: Playbook) -> None:
    assert texts(tiny, "bill_instalment-warm-zh", FULL)["bridge"].startswith("王先生，您这期账单是3,200.50元")
    english = texts(tiny, "bill_instalment-concise-en", FULL)["bridge"]
    assert english == "Your bill is CNY 3,200.50, due on 5 March."


def test_a_missing_variable_gives_way_to_the_variant_without_it(tiny: Playbook) -> None:
    without_amount = texts(tiny, "bill_instalment-warm-zh", {"customer_name": "李雷"})
    assert without_amount["bridge"] == "李雷，看到您这期账单了。"
    assert texts(tiny, "bill_instalment-warm-zh", {})["bridge"] == "看到您这期账单了。"


def test_a_step_without_a_fitting_wording_is_left_out_and_never_has_a_hole(tiny: Playbook) -> None:
    assert "bridge" not in texts(tiny, "bill_instalment-concise-en", {})
    script = next(s for s in tiny.actions["bill_instalment"].scripts if s.language == "en")
    steps = (Step(Stage.PROPOSE, "Good news. Your limit is {{ limit }}. Shall I raise it by 1.5 times?", 5.0),)
    rendered = Renderer(tiny).render(replace(script, steps=steps), {})
    assert rendered[0][1] == "Good news. Shall I raise it by 1.5 times?"


def test_a_script_with_nothing_left_to_say_is_an_error_that_names_the_mend(tiny: Playbook) -> None:
    script = tiny.actions["bill_instalment"].scripts[0]
    empty = replace(script, steps=(Step(Stage.PROPOSE, "{{ limit }}", 1.0),))
    with pytest.raises(RenderError, match="add a variant without them"):
        Renderer(tiny).render(empty, {"limit": math.nan})


def test_a_newcomer_hears_more_and_an_expert_less(tiny: Playbook) -> None:
    usual, newcomer, expert = (texts(tiny, "bill_instalment-warm-zh", FULL, experience=e)["propose"] for e in (None, "newcomer", "expert"))
    assert len(newcomer) > len(usual) > len(expert)


def test_where_others_read_along_no_name_is_said(tiny: Playbook) -> None:
    assert "王" not in " ".join(texts(tiny, "bill_instalment-warm-zh", FULL, channel="weibo").values())
    assert "王" in " ".join(texts(tiny, "bill_instalment-warm-zh", FULL, channel="wechat").values())


def test_an_outsider_sees_a_masked_name() -> None:
    assert said(VariableSort.NAME, "n", {"n": "王小明"}, replace(ZH, masked=True)) == "王**"
    assert said(VariableSort.NAME, "n", {"n": "Ann Lee"}, replace(EN, masked=True)) == "A***"
    assert said(VariableSort.NAME, "n", {"n": "Ann Lee", "customer_gender": "female"}, EN) == "Ms Lee"
    assert said(VariableSort.NAME, "n", {"n": "欧阳修文", "customer_gender": "male"}, ZH) == "欧阳先生"


@pytest.mark.parametrize(
    ("sort", "value", "chinese", "english"),
    [
        (VariableSort.AMOUNT, 1200, "1,200元", "CNY 1,200"),
        (VariableSort.AMOUNT, "1200", None, None),
        (VariableSort.COUNT, 12000.4, "12,000", "12,000"),
        (VariableSort.PERCENT, 0.0365, "3.65%", "3.65%"),
        (VariableSort.DATE, "2026-03-05", "2026年3月5日", "5 March 2026"),
        (VariableSort.DATE, "soon", None, None),
        (VariableSort.AMOUNT, math.nan, None, None),
        (VariableSort.AMOUNT, 10**400, None, None),
        (VariableSort.TEXT, "  ", None, None),
        (VariableSort.COUNT, True, None, None),
    ],
)
def test_values_are_said_by_their_sort(sort: VariableSort, value: object, chinese: str | None, english: str | None) -> None:
    assert said(sort, "x", {"x": value}, ZH) == chinese
    assert said(sort, "x", {"x": value}, EN) == english


@given(st.text(max_size=300))
def test_nothing_a_customer_is_called_becomes_syntax_or_markup(name: str) -> None:
    spoken = said(VariableSort.NAME, "n", {"n": name}, EN)
    assert spoken is None or (
        not set(spoken) & set("<>{}[]()`|\\\n\r\t\u202e") and "://" not in spoken and len(spoken) <= 60 and spoken.strip()
    )


def test_braces_in_a_value_stay_words(tiny: Playbook) -> None:
    assert (
        "bill_amount"
        not in texts(tiny, "bill_instalment-warm-zh", {**FULL, "customer_name": "{{ bill_amount }}", "customer_gender": None})[
            "acknowledge"
        ]
    )
    bridge = texts(tiny, "bill_instalment-warm-zh", {"customer_name": "{{ customer_gender }}{% raw %}", "customer_gender": "x"})["bridge"]
    assert "{" not in bridge and "%}" not in bridge


def test_the_variables_of_a_script_are_those_of_every_wording(tiny: Playbook) -> None:
    script: Script = tiny.actions["bill_instalment"].scripts[0]
    assert Renderer(tiny).variables(script) == {"customer_name", "bill_amount"}


def test_seconds_are_those_of_the_wording_that_is_said(tiny: Playbook) -> None:
    script = tiny.actions["bill_instalment"].scripts[0]
    renderer = Renderer(tiny)
    usual = next(seconds for stage, _, seconds in renderer.render(script, FULL) if stage == "propose")
    fuller = next(seconds for stage, _, seconds in renderer.render(script, FULL, experience="newcomer") if stage == "propose")
    assert fuller > usual == script.steps[2].seconds


def test_the_render_room_needs_no_template_engine() -> None:
    source = Path(__file__).parents[2] / "playbooks"
    assert not [p for p in source.rglob("*.py") if "import minijinja" in p.read_text("utf-8") or "import jinja2" in p.read_text("utf-8")]
