"""Any bytes at all: a playbook or a finding, in bounded time and memory."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbooks.errors import PlaybookInvalid
from playbooks.load import load_playbook
from playbooks.reading.nodes import parse_yaml

BOMBS = {
    "empty": b"",
    "spaces": b"   \n\n",
    "comment": b"# nothing\n",
    "aliases": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "open brackets": b"[" * 200_000,
    "open braces": b"{" * 200_000,
    "nested pairs": b"{a: " * 100_000,
    "nested dashes": b"- " * 100_000,
    "questions": b"? " * 100_000,
    "too large": b"a: " + b"x" * 600_000,
    "too many": b"[" + b"x," * 60_000 + b"]",
    "not UTF-8": b"a: \xff\xfe\n",
    "UTF-16": "a: b".encode("utf-16"),
    "tag": b"!!python/object/apply:os.system ['true']",
    "anchor": b"a: &x 1",
    "two documents": b"a: 1\n---\nb: 2\n",
    "a list as key": b"[a, b]: c",
    "null byte": b"a: \x00",
    "merge": b"<<: *x",
    "tabs": b"a:\n\tb: c",
    "unclosed quote": b'a: "' + b"x" * 100_000,
    "many keys": b"".join(b"k%d: 1\n" % n for n in range(9_000)),
    "long line of colons": b"a:" * 100_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_finding_and_costs_little_memory(name: str) -> None:
    tracemalloc.start()
    found = parse_yaml(BOMBS[name])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000_000
    if name not in {"many keys", "long line of colons"}:
        assert found.root is None
        assert all(flaw.what and flaw.mend and flaw.line >= 1 for flaw in found.flaws) and found.flaws


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_any_bytes_are_a_tree_or_a_flaw(content: bytes) -> None:
    parse_yaml(content)


yaml_like = st.text(alphabet="ab:-[]{}'\"#&*!|>%@`,? \n\t\\0中", max_size=80)


@given(st.sampled_from(["playbook.yaml", "policies.yaml", "phrases.yaml", "actions/callback.yaml", "sops/lost_card.yaml"]), yaml_like)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_file_is_read_or_refused_with_place_and_mend(book: Path, name: str, text: str) -> None:
    before = (book / name).read_bytes()
    (book / name).write_text(text, "utf-8")
    try:
        load_playbook(book)
    except PlaybookInvalid as refused:
        assert refused.findings
        assert all(": " in finding and "; " in finding for finding in refused.findings)
    finally:
        (book / name).write_bytes(before)


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_value_in_the_wrong_place_is_a_finding(book: Path, data: st.DataObject) -> None:
    file = book / "actions/bill_instalment.yaml"
    before = file.read_text("utf-8")
    lines = before.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = (
        lines[at].split(":")[0]
        + ": "
        + data.draw(st.sampled_from(["", "[]", "{}", "[[x]]", "{a: {b: c}}", "- x", "null", "1e99", "'{{'", "~"]))
    )
    file.write_text("\n".join(lines), "utf-8")
    try:
        load_playbook(book)
    except PlaybookInvalid as refused:
        assert refused.findings
    finally:
        file.write_text(before, "utf-8")
