"""Engagement policies compiled for a book: what depends on the talk alone is asked once, what depends on the action once per look-alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from playbooks.expression import compile_together
from playbooks.schema.policy import EngagementPolicy
from playbooks.schema.words import PolicyStage
from serving.decision.catalogue import Catalogue, Notice, Standing
from serving.decision.reading import Asked, Read

STAGES = (PolicyStage.ELIGIBILITY, PolicyStage.APPLICABILITY, PolicyStage.SUITABILITY)


@dataclass(frozen=True, slots=True)
class Compiled:
    """One policy over one book. of_talk: its condition reads nothing of the action; then one answer is the answer for all."""

    covered: int
    of_talk: bool
    asked: Asked
    notice: Notice


class Engagement:
    """All engagement policies of a book, eligibility first, each stage in the book's order."""

    __slots__ = ("_answers", "_policies")

    def __init__(self, policies: Sequence[EngagementPolicy], catalogue: Catalogue) -> None:
        ordered = sorted(policies, key=lambda policy: STAGES.index(policy.stage))
        self._policies = [_compile(policy, catalogue) for policy in ordered]
        self._answers = compile_together([policy.condition for policy in ordered])

    def apply(self, standing: Standing, read: Read, language: str) -> None:
        """Take out every action by the first policy it fails. A condition that a missing value leaves open is not met."""
        for policy, answer in zip(self._policies, self._answers(read), strict=True):
            if policy.of_talk and answer is True:
                continue
            concerned = standing.alive & policy.covered
            met = 0 if policy.of_talk else policy.asked.met_by(concerned, read)
            if met != concerned:
                standing.withhold(concerned ^ met, policy.notice.in_language(language))


def _compile(policy: EngagementPolicy, catalogue: Catalogue) -> Compiled:
    asked = Asked.of(policy.condition, catalogue.covered(policy.target), catalogue.actions)
    return Compiled(asked.covered, not asked.choices, asked, Notice(catalogue, policy.stage.value, policy.policy_id, policy.reason))
