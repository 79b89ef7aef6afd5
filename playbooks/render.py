"""From a script and the values of the moment to words. Values are never parsed, so nothing a customer is called can become syntax."""

from collections.abc import Mapping
from functools import lru_cache, partial

from playbooks.errors import RenderError
from playbooks.rendering.plan import Plan, plan_script
from playbooks.rendering.values import Manners, said
from playbooks.schema.playbook import Playbook
from playbooks.schema.script import Script
from playbooks.schema.variable import VariableSort
from playbooks.template import parse_template

EXPERIENCES = (None, "newcomer", "expert")


class Renderer:
    """All scripts of one playbook, taken apart once. Immutable, and safe between threads."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._plans: dict[tuple[str, str | None], Plan] = {
            (script.script_id, experience): plan_script(script, experience, playbook.variables)
            for action in playbook.actions.values()
            for script in action.scripts
            for experience in EXPERIENCES
        }

    def render(
        self,
        script: Script,
        values: Mapping[str, object],
        *,
        experience: str | None = None,
        channel: str | None = None,
        masked: bool = False,
    ) -> list[tuple[str, str, float]]:
        """The steps as (stage, text, seconds).

        values: by variable name; amounts in the playbook's currency, shares in [0, 1], days as date, datetime or ISO text;
        `customer_gender` (male, female) chooses the title, `today` drops the year of days in this one. None and NaN are missing.
        experience: newcomer or expert gets the step's own wording, anything else the usual one. channel: a public one never says a name.
        masked: the name as an outsider may see it.

        A wording with a missing variable gives way to the next variant, then to its own sentences without it, then the step is left out.
        Raises RenderError when nothing is left to say.
        """
        plan = self._plan(script, experience)
        if plan.ready is not None:
            return list(plan.ready)
        manners = self._manners(script, channel, masked)
        say = partial(_say, values, manners)
        steps = [step.ready or step.said(say) for step in plan.steps]
        spoken = [step for step in steps if step is not None]
        if not spoken:
            raise RenderError(
                f"{script.place}: script {script.script_id!r} has nothing to say without its variables; add a variant without them"
            )
        return spoken

    def variables(self, script: Script) -> frozenset[str]:
        """Every variable that any wording of the script may speak."""
        texts = [text for step in script.steps for text in (step.text, step.newcomer, step.expert, *step.variants) if text]
        return frozenset().union(*(parse_template(text).variables for text in texts))

    def _plan(self, script: Script, experience: str | None) -> Plan:
        plan = self._plans.get((script.script_id, experience if experience in EXPERIENCES else None))
        if plan is not None and (plan.script is script or plan.script == script):
            return plan
        return plan_script(script, experience, self._playbook.variables)

    def _manners(self, script: Script, channel: str | None, masked: bool) -> Manners:
        known = self._playbook.channels.get(channel) if channel else None
        return _manners_of(script.language, self._playbook.currency, known is not None and known.public, masked)


_manners_of = lru_cache(maxsize=1024)(Manners)
"""Made once for each language, currency and audience: a render makes none anew."""


def _say(values: Mapping[str, object], manners: Manners, sort: VariableSort, name: str) -> str | None:
    return said(sort, name, values, manners)
