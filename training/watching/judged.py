"""By whose word is an answered proposal judged, and in which groups?"""

import numpy as np

from playbooks.schema.playbook import Playbook
from training.columns import ACTION
from training.evaluation.groups import Answered, Vector, answered
from training.watching.rows import Proposals


def said_of(since: Proposals, now: Vector) -> Vector:
    """What was served where it is known, else what the champion says of it now."""
    return np.where(np.isfinite(since.propensity), since.propensity, now)


def groups_of(since: Proposals, said: Vector, champion: str, playbook: Playbook) -> list[Answered]:
    """By model, action, kind and channel. champion: its version, which spoke wherever no other word was kept."""
    actions = [str(action) for action in since.rows[ACTION].to_pylist()]
    kinds = [playbook.actions[action].kind.value if action in playbook.actions else None for action in actions]
    by = {"model": _models(since, champion), "action": actions, "kind": kinds, "channel": since.rows["channel"].to_pylist()}
    return [group for title, names in by.items() for group in answered(title, names, since.label, said)]


def _models(since: Proposals, champion: str) -> list[str | None]:
    logged = np.isfinite(since.propensity)
    return [
        f"version {champion}, asked later" if not known else f"version {model}" if model else "starting propensities"
        for known, model in zip(logged, since.model, strict=True)
    ]
