"""Phrases, greetings, knowledge articles and SOPs."""

import re

from playbooks.reading.conditions import condition
from playbooks.reading.fields import Fields, Source
from playbooks.reading.nodes import Listing, Node
from playbooks.reading.validity import read_validity
from playbooks.schema.knowledge import Article, Sop, SopStep
from playbooks.schema.phrase import Phrase, PhraseRule
from playbooks.schema.playbook import Greeting

MONTH_DAY = re.compile(r"(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|[12]\d)")
DEEPEST_SOP = 5


def read_phrase(source: Source, node: Node, rule: PhraseRule | None = None) -> Phrase:
    """One phrase; `rule` is given where it stands in a list of its own kind."""
    fields = source.table(node, "a phrase")
    phrase = Phrase(
        phrase=fields.text("phrase"),
        language=fields.reference("language", "language"),
        rule=rule or fields.word("rule", PhraseRule),
        when=condition(fields, "when"),
        instead=fields.maybe_text("instead"),
        place=fields.place,
    )
    fields.done()
    return phrase


def read_greeting(source: Source, node: Node) -> Greeting:
    fields = source.table(node, "a greeting")
    season = fields.table("season")
    begin, end = (_month_day(season, "from"), _month_day(season, "until")) if season else (None, None)
    if season is not None:
        season.done()
    greeting = Greeting(
        channels=frozenset(fields.references("channels", "channel")),
        language=fields.reference("language", "language"),
        brand=fields.maybe_text("brand") or "",
        season_from=begin,
        season_until=end,
        text=fields.text("text"),
        place=fields.place,
    )
    fields.done()
    return greeting


def _month_day(season: Fields, key: str) -> str:
    text = season.text(key)
    if text and not MONTH_DAY.fullmatch(text):
        season.report(key, f"{key} {text[:20]!r} is not a day of the year", "write month-day, as in 02-14")
    return text


def read_article(source: Source, node: Node) -> Article:
    fields = source.table(node, "an article")
    article_id = fields.identifier("id")
    fields.name = f"article {article_id!r}"
    if article_id:
        source.findings.declare("article", article_id, fields.place)
    valid_from, valid_until = read_validity(fields)
    article = Article(
        article_id=article_id,
        title=fields.localized("title"),
        questions=_questions(fields),
        answer=fields.localized("answer"),
        contact_reasons=frozenset(fields.references("contact_reasons", "contact reason")),
        valid_from=valid_from,
        valid_until=valid_until,
        place=fields.place,
    )
    fields.done()
    return article


def _questions(fields: Fields) -> dict[str, str]:
    """How customers ask it, by language: one text or a list of them, kept a line each."""
    read = {}
    for language, line, node in fields.named("questions", needed=True):
        fields.source.findings.refer("language", language, fields.source.at(line))
        name = f"{fields.name}: a question in {language}"
        asked = node.items if isinstance(node, Listing) else (node,)
        read[language] = "\n".join(fields.source.text(one, name) for one in asked)
    return read


def read_sop(source: Source, node: Node) -> Sop:
    fields = source.table(node, "an SOP")
    sop_id = fields.identifier("id")
    fields.name = f"SOP {sop_id!r}"
    if sop_id:
        source.findings.declare("SOP", sop_id, fields.place)
    if fields.optional("steps") is None:
        fields.report("steps", "has no steps", "add at least one")
    valid_from, valid_until = read_validity(fields)
    sop = Sop(
        sop_id=sop_id,
        title=fields.localized("title"),
        keywords=tuple(word for word, _ in fields.words("keywords")),
        steps=tuple(_sop_step(source, item, fields.name, 1) for item in fields.items("steps")),
        valid_from=valid_from,
        valid_until=valid_until,
        place=fields.place,
    )
    fields.done()
    return sop


def _sop_step(source: Source, node: Node, name: str, depth: int) -> SopStep:
    fields = source.table(node, f"{name}: a step")
    children = fields.items("children")
    if children and depth >= DEEPEST_SOP:
        fields.report("children", f"unfolds deeper than {DEEPEST_SOP} levels", "move it into an SOP of its own")
        children = ()
    step = SopStep(
        title=fields.localized("title"),
        text=fields.localized("text", needed=False),
        children=tuple(_sop_step(source, item, name, depth + 1) for item in children),
    )
    fields.done()
    return step
