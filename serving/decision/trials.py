"""Wordings on trial (S9): who hears the new one and who the standing one, by a stable share of customers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playbooks.schema.action import Action
from playbooks.schema.script import Script
from serving.decision.assignment import trial_arm
from serving.decision.record import Trial

ON_TRIAL, STANDING = "trial", "standing"
"""The arms of a trial."""


@dataclass(frozen=True, slots=True)
class Trials:
    """The wordings on trial against each standing script, by its id. Of several for one talk the first is tried."""

    against: Mapping[str, tuple[Script, ...]]

    @classmethod
    def of(cls, actions: Iterable[Action]) -> "Trials":
        against = {}
        for action in actions:
            tried = [script for script in action.scripts if script.trial is not None]
            for script in action.scripts if tried else ():
                mine = tuple(one for one in tried if one.same_talk(script))
                if script.trial is None and mine:
                    against[script.script_id] = mine
        return cls(against)

    def heard(self, standing: Script, customer_id: str, channel: str) -> tuple[Script, Trial | None]:
        """The wording this customer hears, and the trial that decided it. The salt is the id of the wording on trial, so no two trials share their customers."""
        script = next((one for one in self.against.get(standing.script_id, ()) if on_channel(one, channel)), None)
        if script is None or script.trial is None:
            return standing, None
        arm = trial_arm(script.script_id, customer_id, script.trial, (ON_TRIAL,))
        return (standing if arm is None else script), Trial(script.script_id, arm or STANDING, script.trial)


def on_channel(script: Script, channel: str) -> bool:
    return not script.channels or channel in script.channels
