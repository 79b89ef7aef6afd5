"""playbook.yaml: what the book declares and everything else refers to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from playbooks.reading.actions import MOST_MONEY, read_starting
from playbooks.reading.fields import LOWER_WORD, Fields, Source, localized
from playbooks.reading.findings import Findings
from playbooks.reading.nodes import Listing, Node, Scalar, Table
from playbooks.schema.playbook import Channel, ContactReason, Experiment, Fact, Group
from playbooks.schema.variable import STANDARD_VARIABLES, Variable, VariableSort
from playbooks.schema.words import Medium, Text


class FactType(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Header:
    playbook_id: str
    title: Text
    zone: ZoneInfo
    currency: str
    languages: tuple[str, ...]
    styles: tuple[str, ...]
    channels: Mapping[str, Channel]
    groups: Mapping[str, Group]
    contact_reasons: Mapping[str, ContactReason]
    facts: Mapping[str, Fact]
    variables: Mapping[str, Variable]
    certificates: frozenset[str]
    decline_reasons: Mapping[str, Text]
    disclosures: Mapping[str, Text]
    experiment: Experiment
    need_words: Mapping[str, Mapping[str, tuple[str, ...]]]


def read_header(file: str, node: Node, findings: Findings) -> Header:
    fields = Source(file, findings, ZoneInfo("UTC")).table(node, "the playbook")
    languages = _declared_words(fields, "languages", "language")
    header = Header(
        playbook_id=fields.identifier("id"),
        title=fields.localized("title"),
        zone=_zone(fields),
        currency=_currency(fields),
        languages=languages,
        styles=_declared_words(fields, "styles", "style"),
        channels={name: _channel(inner, name) for name, inner in _tables(fields, "channels", "channel", needed=True)},
        groups={name: _group(inner, name) for name, inner in _tables(fields, "groups", "group", needed=True)},
        contact_reasons={name: _reason(inner, name) for name, inner in _tables(fields, "contact_reasons", "contact reason")},
        facts={name: _fact(inner, name) for name, inner in _tables(fields, "facts", "fact")},
        variables=_variables(fields),
        certificates=frozenset(_certificates(fields)),
        decline_reasons=_texts(fields, "decline_reasons", "decline reason"),
        disclosures=_texts(fields, "disclosures", "disclosure"),
        experiment=_experiment(fields),
        need_words=_need_words(fields),
    )
    fields.done()
    _refuse_circles(fields, header.groups)
    return header


def _zone(fields: Fields) -> ZoneInfo:
    name = fields.text("timezone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.report("timezone", f"timezone {name[:60]!r} is unknown", "write one such as Asia/Shanghai")
        return ZoneInfo("UTC")


def _currency(fields: Fields) -> str:
    currency = fields.text("currency")
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        fields.report("currency", f"currency {currency[:20]!r} is unknown", "write three capital letters, as in CNY")
    return currency


def _declared_words(fields: Fields, key: str, sort: str) -> tuple[str, ...]:
    words = fields.words(key, needed=True)
    for word, line in words:
        fields.source.findings.declare(sort, word, fields.source.at(line))
    return tuple(word for word, _ in words)


def _declare(fields: Fields, key: str, sort: str, name: str, line: int) -> None:
    if not LOWER_WORD.fullmatch(name):
        fields.source.report(line, f"{key}: {name[:60]!r} is not an id", "use small letters, digits and _, starting with a letter")
    fields.source.findings.declare(sort, name, fields.source.at(line))


def _tables(fields: Fields, key: str, sort: str, *, needed: bool = False) -> list[tuple[str, Fields]]:
    read = []
    for name, line, node in fields.named(key, needed=needed):
        _declare(fields, key, sort, name, line)
        read.append((name, fields.source.table(node, f"{sort} {name!r}")))
    return read


def _texts(fields: Fields, key: str, sort: str) -> dict[str, Text]:
    read: dict[str, Text] = {}
    for name, line, node in fields.named(key):
        _declare(fields, key, sort, name, line)
        read[name] = localized(fields.source, node, f"{sort} {name!r}")
    return read


def _channel(inner: Fields, name: str) -> Channel:
    channel = Channel(
        name, inner.word("medium", Medium), inner.number("cost", 0, MOST_MONEY), inner.reference("fallback", "action"), inner.flag("public")
    )
    inner.done()
    return channel


def _group(inner: Fields, name: str) -> Group:
    propensity, evidence = read_starting(inner)
    if propensity is None or evidence is None:
        inner.report("starting", "says no starting propensity", "add starting: {propensity: 0.05, evidence: 50}")
    parent = inner.reference("parent", "group") if inner.optional("parent") is not None else None
    group = Group(name, inner.localized("title"), propensity or 0.0, evidence or 0.0, parent)
    if parent == name:
        inner.report("parent", "is its own parent", "name another group or drop the key")
    inner.done()
    return group


def _refuse_circles(fields: Fields, groups: Mapping[str, Group]) -> None:
    for name in groups:
        above, seen = groups[name].parent, {name}
        while above is not None and above in groups and above not in seen:
            seen.add(above)
            above = groups[above].parent
        if above == name and groups[name].parent != name:
            place = fields.source.findings.declared["group"][name]
            fields.source.findings.report(place, f"group {name!r} is above itself, through {groups[name].parent!r}", "break the circle")


def _reason(inner: Fields, name: str) -> ContactReason:
    reason = ContactReason(name, inner.localized("title"), _words_by_language(inner.table("keywords")), inner.flag("casual"))
    inner.done()
    return reason


def _words_by_language(table: Fields | None) -> dict[str, tuple[str, ...]]:
    if table is None:
        return {}
    for language, entry in table.entries.items():
        table.source.findings.refer("language", language, table.source.at(entry.line))
    return {language: tuple(word for word, _ in table.words(language)) for language in table.entries}


def _need_words(fields: Fields) -> dict[str, dict[str, tuple[str, ...]]]:
    """`need_words: {emotion: {zh-CN: [...]}, issue: ...}`: words that tell a mood from a matter."""
    inner = fields.table("need_words")
    if inner is None:
        return {}
    read = {need: _words_by_language(inner.table(need)) for need in ("emotion", "issue")}
    inner.done()
    return read


def _fact(inner: Fields, name: str) -> Fact:
    fact = Fact(name, inner.word("type", FactType), inner.maybe_text("unit") or "", inner.localized("title"))
    inner.done()
    return fact


def _variables(fields: Fields) -> dict[str, Variable]:
    """The standard variables and those the book declares: `variables: {gift: {sort: text}}`."""
    variables = dict(STANDARD_VARIABLES)
    for name in variables:
        fields.source.findings.declare("variable", name, "the standard variables")
    for name, inner in _tables(fields, "variables", "variable"):
        variables[name] = Variable(name, inner.word("sort", VariableSort))
        inner.done()
    return variables


def _certificates(fields: Fields) -> list[str]:
    """A list of words, or a table of titles by word."""
    node = fields.optional("certificates")
    if isinstance(node, Listing):
        words = fields.words("certificates")
    elif isinstance(node, Table):
        words = tuple((entry.key, entry.line) for entry in node.entries)
    else:
        words = ()
        if isinstance(node, Scalar):
            fields.report("certificates", "certificates is not a list", "write [credit, insurance]")
    for word, line in words:
        _declare(fields, "certificates", "certificate", word, line)
    return [word for word, _ in words]


def _experiment(fields: Fields) -> Experiment:
    inner = fields.table("experiment")
    if inner is None:
        return Experiment()
    usual = Experiment()
    experiment = Experiment(
        control_share=inner.share("control", usual.control_share),
        challenger_share=inner.share("challenger", usual.challenger_share),
        exploration_share=inner.share("exploration", usual.exploration_share),
    )
    inner.done()
    return experiment
