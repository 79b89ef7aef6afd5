"""The trees of all files put together to one playbook."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from playbooks.reading.actions import read_action
from playbooks.reading.fields import Fields, Source
from playbooks.reading.files import HEADER
from playbooks.reading.findings import Findings
from playbooks.reading.header import Header, read_header
from playbooks.reading.nodes import Listing, Node, Table
from playbooks.reading.policies import read_contact, read_engagement, read_weight
from playbooks.reading.words import read_article, read_greeting, read_phrase, read_sop
from playbooks.schema.action import Action
from playbooks.schema.knowledge import Article, Sop
from playbooks.schema.phrase import Phrase, PhraseRule
from playbooks.schema.playbook import Greeting, Playbook
from playbooks.schema.policy import ContactPolicy, EngagementPolicy, Weight

PHRASE_LISTS = {"required": PhraseRule.REQUIRED, "forbidden": PhraseRule.FORBIDDEN, "minefields": PhraseRule.MINEFIELD}


@dataclass(slots=True)
class Gathered:
    """What the files after playbook.yaml bring, in the order of the files."""

    actions: list[Action] = field(default_factory=list)
    engagement: list[EngagementPolicy] = field(default_factory=list)
    contact: list[ContactPolicy] = field(default_factory=list)
    levers: list[Weight] = field(default_factory=list)
    context_weights: list[Weight] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    openings: list[Greeting] = field(default_factory=list)
    closings: list[Greeting] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    sops: list[Sop] = field(default_factory=list)


def assemble(label: str, trees: dict[str, Node], version: str, findings: Findings) -> Playbook | None:
    """The playbook of these trees; everything wrong is in `findings`. None without a readable playbook.yaml."""
    if HEADER not in trees:
        return None
    header = read_header(f"{label}/{HEADER}", trees[HEADER], findings)
    gathered = Gathered()
    for name, tree in trees.items():
        source = Source(f"{label}/{name}", findings, header.zone)
        if name.startswith("actions/"):
            _action(gathered, source, tree, header)
        elif name != HEADER:
            _other(gathered, name, source, tree)
    return _playbook(header, gathered, version)


def _action(gathered: Gathered, source: Source, tree: Node, header: Header) -> None:
    media = {name: channel.medium for name, channel in header.channels.items()}
    action, own = read_action(source, tree, media)
    gathered.actions.append(action)
    gathered.engagement.extend(own)


def _other(gathered: Gathered, name: str, source: Source, tree: Node) -> None:
    if name.startswith("knowledge/"):
        gathered.articles.extend(read_article(source, node) for node in _entries(source, tree, "articles"))
    elif name.startswith("sops/"):
        gathered.sops.extend(read_sop(source, node) for node in _entries(source, tree, "sops"))
    elif name == "policies.yaml":
        fields = source.table(tree, "the policies")
        gathered.engagement.extend(read_engagement(source, node) for node in fields.items("engagement"))
        gathered.contact.extend(read_contact(source, node) for node in fields.items("contact"))
        fields.done()
    elif name == "weights.yaml":
        fields = source.table(tree, "the weights")
        gathered.levers.extend(read_weight(source, node) for node in fields.items("levers"))
        gathered.context_weights.extend(read_weight(source, node) for node in fields.items("context_weights"))
        fields.done()
    elif name == "greetings.yaml":
        fields = source.table(tree, "the greetings")
        gathered.openings.extend(read_greeting(source, node) for node in fields.items("openings"))
        gathered.closings.extend(read_greeting(source, node) for node in fields.items("closings"))
        fields.done()
    else:
        gathered.phrases.extend(_phrases(source, tree))


def _entries(source: Source, tree: Node, key: str) -> tuple[Node, ...]:
    """A file holds one thing, a list of things, or a list under `key`."""
    if isinstance(tree, Listing):
        return tree.items
    if isinstance(tree, Table) and any(entry.key == key for entry in tree.entries):
        fields = Fields(source, tree, f"the {key}")
        items = fields.items(key)
        fields.done()
        return items
    return (tree,)


def _phrases(source: Source, tree: Node) -> Iterator[Phrase]:
    if isinstance(tree, Listing):
        yield from (read_phrase(source, node) for node in tree.items)
        return
    fields = source.table(tree, "the phrases")
    yield from (read_phrase(source, node) for node in fields.items("phrases"))
    for key, rule in PHRASE_LISTS.items():
        yield from (read_phrase(source, node, rule) for node in fields.items(key))
    fields.done()


def _playbook(header: Header, gathered: Gathered, version: str) -> Playbook:
    return Playbook(
        playbook_id=header.playbook_id,
        version=version,
        title=header.title,
        timezone=header.zone.key,
        currency=header.currency,
        languages=header.languages,
        styles=header.styles,
        channels=header.channels,
        groups=header.groups,
        actions={action.action_id: action for action in gathered.actions},
        contact_reasons=header.contact_reasons,
        facts=header.facts,
        certificates=header.certificates,
        decline_reasons=header.decline_reasons,
        disclosures=header.disclosures,
        engagement_policies=tuple(gathered.engagement),
        contact_policies=tuple(gathered.contact),
        levers=tuple(gathered.levers),
        context_weights=tuple(gathered.context_weights),
        phrases=tuple(gathered.phrases),
        articles={article.article_id: article for article in gathered.articles},
        sops={sop.sop_id: sop for sop in gathered.sops},
        openings=tuple(gathered.openings),
        closings=tuple(gathered.closings),
        experiment=header.experiment,
        variables=header.variables,
        need_words=header.need_words,
    )
