"""Conditions: three-valued, bounded, and nothing but what the grammar allows."""

import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.errors import ExpressionError
from playbooks.expression import compile_expression, compile_together


def met(source: str, **read: object) -> bool | None:
    values = {name.replace("__", "."): value for name, value in read.items()}
    return compile_expression(source, "policies.yaml:7")(values)


@pytest.mark.parametrize(
    ("source", "read", "expected"),
    [
        ("customer.age >= 18", {"customer__age": 18}, True),
        ("customer.age >= 18", {"customer__age": 17.9}, False),
        ("customer.age >= 18", {}, None),
        ("customer.age >= 18", {"customer__age": math.nan}, None),
        ("customer.age >= 18", {"customer__age": "old"}, None),
        ("18 <= customer.age < 60", {"customer__age": 60.0}, False),
        ("scene.need == 'emotion'", {"scene__need": "emotion"}, True),
        ("scene.need != 'emotion'", {"scene__need": None}, None),
        ("customer.value_tier in ['gold', 'vip']", {"customer__value_tier": "vip"}, True),
        ("customer.value_tier not in ['gold', 'vip']", {}, None),
        ("'credit' in agent.certificates", {"agent__certificates": frozenset({"credit"})}, True),
        ("'credit' not in agent.certificates", {"agent__certificates": ["law"]}, True),
        ("'credit' in agent.certificates", {"agent__certificates": "credit"}, None),
        ("customer.opted_out", {"customer__opted_out": 1.0}, True),
        ("not customer.opted_out", {"customer__opted_out": 0.0}, True),
        ("known(customer.age)", {"customer__age": math.nan}, False),
        ("not known(customer.age)", {}, True),
        ("customer.age == null", {}, True),
        ("customer.age != null", {"customer__age": 3}, True),
        ("customer.spend_30d / customer.spend_90d > 1", {"customer__spend_30d": 3, "customer__spend_90d": 0}, None),
        ("-customer.age + 2 * 3 - 1 == 2", {"customer__age": 3}, True),
        ("(customer.age > 1) == true", {"customer__age": 3}, True),
        ("true", {}, True),
        ("false or true and not false", {}, True),
    ],
)
def test_a_condition_says_what_it_reads(source: str, read: dict[str, object], expected: bool | None) -> None:
    assert met(source, **read) is expected


three = st.sampled_from([True, False, None])


@given(three, three, three)
def test_and_or_not_follow_the_tables_of_three_valued_logic(a: bool | None, b: bool | None, c: bool | None) -> None:
    read = {"scene__resolved": a, "scene__complaint": b, "scene__matter_open": c}
    either = True if True in (a, b, c) else (None if None in (a, b, c) else False)
    both = False if False in (a, b, c) else (None if None in (a, b, c) else True)
    assert met("scene.resolved or scene.complaint or scene.matter_open", **read) is either
    assert met("scene.resolved and scene.complaint and scene.matter_open", **read) is both
    assert met("not scene.resolved", **read) is (None if a is None else not a)


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.integers(), max_size=2), st.binary(max_size=2)
)


@given(anything, anything)
def test_no_value_at_all_makes_a_condition_raise(a: object, b: object) -> None:
    source = (
        "customer.a / customer.b > 3 * customer.a or customer.a in [1, 'x'] or customer.a == customer.b or 'x' in customer.b or customer.a"
    )
    assert met(source, customer__a=a, customer__b=b) in (True, False, None)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "empty"),
        ("customer.age >", "not a condition"),
        ("age > 3", "customer.age"),
        ("costumer.age > 3", "did you mean 'customer'"),
        ("scene.sentimant > 0", "did you mean 'sentiment'"),
        ("customer.age.real > 3", "one dot"),
        ("__import__('os').system('x') == 1", "cannot be called"),
        ("open('x')", "cannot be called"),
        ("known(3)", "known() asks about one name"),
        ("customer.tags[0] == 1", "cannot stand here"),
        ("[x for x in customer.a] == 1", "cannot stand here"),
        ("(lambda: 1) == 1", "cannot stand here"),
        ("f'{customer.a}' == 'x'", "cannot stand here"),
        ("customer.age ** 9 > 1", "unknown sign"),
        ("customer.age > '3'", "not a number"),
        ("customer.age is null", "write == or !="),
        ("customer.age", None),
        ("3", "neither true nor false"),
        ("customer.age > 99999999999999999999", "too large"),
        ("customer.age in []", "one or more plain values"),
        ("customer.age in [null]", "one or more plain values"),
        ("(" * 300 + "true" + ")" * 300, "not a condition"),
        ("not " * 400 + "true", "too large"),
        ("customer.age in [" + "1," * 500 + "]", "too large"),
        ("x" * 5000, "5000 characters"),
    ],
)
def test_what_is_outside_the_grammar_is_refused_with_place_and_mend(source: str, says: str | None) -> None:
    if says is None:
        compile_expression(source, "policies.yaml:7")
        return
    with pytest.raises(ExpressionError) as refused:
        compile_expression(source, "policies.yaml:7")
    assert str(refused.value).startswith("policies.yaml:7: ")
    assert says in str(refused.value)
    assert "; " in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_compiled_or_refused(source: str) -> None:
    try:
        compile_expression(source, "x:1")
    except ExpressionError as refused:
        assert str(refused).startswith("x:1: ")


def test_the_names_read_are_listed_in_full() -> None:
    expression = compile_expression(
        "customer.age > 3 and known(facts.max_cost) and action.kind == 'sell' or 'x' in agent.certificates", "x:1"
    )
    assert expression.names == {"customer.age", "facts.max_cost", "action.kind", "agent.certificates"}
    assert expression.uses_action
    assert not compile_expression("customer.age > 3", "x:1").uses_action


def test_a_condition_travels_between_processes() -> None:
    expression = compile_expression("customer.age > 3", "x:1")
    again = pickle.loads(pickle.dumps(expression))
    assert again == expression
    assert again({"customer.age": 4}) is True


TOGETHER = (
    "customer.age >= 18 and customer.age < 60",
    "customer.age == 30 or known(customer.name)",
    "customer.name in ['a', 'b'] and not customer.flag",
    "customer.flag",
    "customer.name == null",
    "'a' in customer.flag",
    "true",
)
VALUES = st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.sampled_from(["a", "b", "c"]), st.frozensets(st.just("a")))


@given(st.fixed_dictionaries({}, optional={f"customer.{name}": VALUES for name in ("age", "name", "flag")}))
def test_conditions_asked_together_answer_as_each_does_alone(read):
    each = [compile_expression(source, "policies.yaml:7") for source in TOGETHER]
    assert compile_together(each)(read) == tuple(one(read) for one in each)
    assert compile_together([])(read) == ()
