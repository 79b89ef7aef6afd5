"""What no single file can see: rules about the whole book."""

from playbooks.reading.findings import Findings
from playbooks.schema.action import Action
from playbooks.schema.playbook import Channel, Playbook
from playbooks.schema.words import ActionClass, ActionKind


def check_whole(playbook: Playbook, findings: Findings) -> None:
    """Report what contradicts itself across files."""
    for action in playbook.actions.values():
        _check_bundle(action, playbook, findings)
        if action.action_class is ActionClass.MANDATORY and action.kind in {ActionKind.SELL, ActionKind.REACTIVATE}:
            what = f"action {action.action_id!r} is mandatory and of kind {action.kind}"
            findings.report(action.place, what, "selling is promotional; only what law or service demands is mandatory")
        if action.incremental is not None and action.action_class is ActionClass.MANDATORY:
            what = f"action {action.action_id!r} is mandatory and has `incremental`"
            findings.report(action.place, what, "what must be said cannot be held back from anybody; take `incremental` out")
    _check_fallbacks(playbook, findings)


def _check_bundle(action: Action, playbook: Playbook, findings: Findings) -> None:
    for member in action.members:
        inner = playbook.actions.get(member)
        if inner is not None and inner.members:
            what = f"action {action.action_id!r} has the bundle {member!r} as a member"
            findings.report(action.place, what, "name its members instead")
        if inner is not None and inner.excludes & set(action.members):
            other = sorted(inner.excludes & set(action.members))[0]
            what = f"action {action.action_id!r} bundles {member!r} with {other!r}, which exclude each other"
            findings.report(action.place, what, "drop one of them")


def _check_fallbacks(playbook: Playbook, findings: Findings) -> None:
    """A fallback answers when nothing is allowed, so nothing may forbid it."""
    for channel in playbook.channels.values():
        action = playbook.actions.get(channel.fallback)
        if action is None:
            continue
        if action.action_class is ActionClass.PROMOTIONAL:
            what = f"channel {channel.channel!r} falls back to {action.action_id!r}, which is promotional"
            findings.report(action.place, what, "fall back to a transactional action, such as a callback")
        here = [script for script in action.scripts if not script.channels or channel.channel in script.channels]
        if not any(script.when is None for script in here):
            what = f"channel {channel.channel!r} falls back to {action.action_id!r}, which has no script for every scene of that channel"
            findings.report(action.place, what, "add a script for the channel without `when`")
        _check_always_there(channel, action, findings)


def _check_always_there(channel: Channel, action: Action, findings: Findings) -> None:
    what = f"channel {channel.channel!r} falls back to {action.action_id!r}"
    if action.certificates:
        findings.report(action.place, f"{what}, which not every agent may offer", "drop its certificates, or name another fallback")
    if action.valid_from is not None or action.valid_until is not None:
        findings.report(action.place, f"{what}, which is not always valid", "drop its dates, or name another fallback")
    if action.incremental is not None:
        findings.report(
            action.place, f"{what}, which is held back from a share of customers", "drop its `incremental`, or name another fallback"
        )
