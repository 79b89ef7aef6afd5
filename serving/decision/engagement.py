"""Engagement policies compiled for a book: what depends on the talk alone is asked once, what depends on the action once per look-alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playbooks.schema.policy import EngagementPolicy
from playbooks.schema.words import PolicyStage
from serving.decision.catalogue import Catalogue, Notice, Standing
from serving.decision.reading import Asked, Read

STAGES = (PolicyStage.ELIGIBILITY, PolicyStage.APPLICABILITY, PolicyStage.SUITABILITY)


@dataclass(frozen=True, slots=True)
class Compiled:
    """One policy over one book. alone: the condition as a function when it reads nothing of the action; then it is asked once and of nobody else."""

    covered: int
    alone: Callable[[Read], bool | None] | None
    asked: Asked
    notice: Notice


class Engagement:
    """All engagement policies of a book, eligibility first, each stage in the book's order."""

    __slots__ = ("_policies",)

    def __init__(self, policies: Sequence[EngagementPolicy], catalogue: Catalogue) -> None:
        ordered = sorted(policies, key=lambda policy: STAGES.index(policy.stage))
        self._policies = [_compile(policy, catalogue) for policy in ordered]

    def apply(self, standing: Standing, read: Read, language: str) -> None:
        """Take out every action by the first policy it fails. A condition that a missing value leaves open is not met."""
        for policy in self._policies:
            concerned = standing.alive & policy.covered
            if not concerned or (policy.alone is not None and policy.alone(read) is True):
                continue
            met = policy.asked.met_by(concerned, read) if policy.alone is None else 0
            if met != concerned:
                standing.withhold(concerned ^ met, policy.notice.in_language(language))


def _compile(policy: EngagementPolicy, catalogue: Catalogue) -> Compiled:
    asked = Asked.of(policy.condition, catalogue.covered(policy.target), catalogue.actions)
    alone = None if asked.choices else policy.condition.function
    return Compiled(asked.covered, alone, asked, Notice(catalogue, policy.stage.value, policy.policy_id, policy.reason))
