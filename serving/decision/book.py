"""A playbook made ready to decide with: every station compiled once per version, nothing looked up by name while a customer waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from features.customer import FeatureSchema
from playbooks.expression import Expression
from playbooks.schema.playbook import Channel, Playbook
from serving.decision.arbitration import Arbitration
from serving.decision.candidates import Bundles, Candidates
from serving.decision.catalogue import Catalogue
from serving.decision.contact import Contact
from serving.decision.engagement import Engagement
from serving.decision.gates import Gates
from serving.decision.incremental import Incrementals
from serving.decision.listening import Listener
from serving.decision.propensity import Starting
from serving.decision.reading import Reading
from serving.decision.script import ScriptRenderer, Scripts
from serving.decision.spoken import Spoken
from serving.decision.style import STYLE_NAMES
from serving.decision.trials import Trials
from serving.decision.wording import said, spoken_in
from serving.errors import MomentError

GATE_NAMES = frozenset({"customer.marketing_consent", "customer.opted_out"})
FAIR_NAMES = frozenset({"customer.gender", "customer.age", "customer.value_tier"})
"""Decides nothing by itself: kept so that it can be counted who was advised how."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What an action's card says, in one language."""

    title: str
    accept: str
    decline: str


@dataclass(frozen=True, slots=True)
class CompiledBook:
    """One version of one tenant's playbook, compiled against the features there are. Make it with `of`. stale: it stands in for one that cannot be read."""

    playbook: Playbook
    zone: ZoneInfo
    catalogue: Catalogue
    reading: Reading
    recorded: tuple[str, ...]
    candidates: Candidates
    gates: Gates
    engagement: Engagement
    contact: Contact
    bundles: Bundles
    scripts: Scripts
    spoken: Spoken
    starting: Starting
    arbitration: Arbitration
    labels: dict[str, tuple[Labels, ...]]
    listener: Listener
    trials: Trials
    incremental: Incrementals
    stale: bool = False

    @classmethod
    def of(cls, playbook: Playbook, schema: FeatureSchema, renderer: ScriptRenderer) -> "CompiledBook":
        """Compile. A condition over a feature that `schema` lacks is never met; lint says so before publishing."""
        catalogue = Catalogue.of(playbook)
        variables = (name for action in catalogue.actions for script in action.scripts for name in renderer.variables(script))
        spoken = Spoken.of(variables, playbook)
        recorded = _names(playbook) | STYLE_NAMES | GATE_NAMES | FAIR_NAMES
        return cls(
            playbook,
            ZoneInfo(playbook.timezone),
            catalogue,
            Reading(recorded | spoken.names, schema),
            tuple(sorted(name for name in recorded if not name.startswith("action."))),
            Candidates(catalogue),
            Gates(catalogue),
            Engagement(playbook.engagement_policies, catalogue),
            Contact(playbook.contact_policies, catalogue, playbook.timezone),
            Bundles(catalogue),
            Scripts(playbook, catalogue, renderer),
            spoken,
            Starting.of(playbook, catalogue),
            Arbitration(catalogue, playbook.levers, playbook.context_weights),
            {language: _labels(catalogue, language) for language in playbook.languages},
            Listener(playbook),
            Trials.of(catalogue.actions),
            Incrementals(catalogue),
        )

    def channel(self, name: str) -> Channel:
        """Raises MomentError for a channel the playbook does not declare."""
        channel = self.playbook.channels.get(name)
        if channel is None:
            raise MomentError(f"channel {name!r} is not declared; use one of {', '.join(self.playbook.channels)}", "channel")
        return channel

    def language(self, talk: str) -> str:
        """The declared language for a talk: the same tag, else the same language without its region. Raises MomentError when there is neither."""
        language = spoken_in(talk, self.playbook.languages)
        if language is None:
            raise MomentError(f"language {talk!r} is not declared; use one of {', '.join(self.playbook.languages)}", "language")
        return language


def conditions(playbook: Playbook) -> Iterable[Expression]:
    """Every condition a decision may ask."""
    yield from (policy.condition for policy in playbook.engagement_policies)
    yield from (weight.when for weight in (*playbook.levers, *playbook.context_weights) if weight.when is not None)
    yield from (script.when for action in playbook.actions.values() for script in action.scripts if script.when is not None)


def _names(playbook: Playbook) -> frozenset[str]:
    return frozenset(name for condition in conditions(playbook) for name in condition.names)


def _labels(catalogue: Catalogue, language: str) -> tuple[Labels, ...]:
    return tuple(
        Labels(said(action.title, language), said(action.accept_label, language), said(action.decline_label, language))
        for action in catalogue.actions
    )
