"""A playbook laid out for comparison: every thing in it by sort and id, and what is said of each in words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from playbooks.expression import Expression
from playbooks.schema.action import Action
from playbooks.schema.knowledge import Sop, SopStep
from playbooks.schema.playbook import Greeting, Playbook
from playbooks.schema.policy import ContactPolicy, EngagementPolicy, Target, Weight
from playbooks.schema.script import Script, Step
from playbooks.schema.words import Stage, Text

STAGE_WORDS: Mapping[Stage, str] = {
    Stage.OPEN: "opening",
    Stage.ACKNOWLEDGE: "acknowledgement",
    Stage.SOLVE: "solution",
    Stage.BRIDGE: "bridge",
    Stage.PROPOSE: "pitch",
    Stage.OBJECTION: "answer to an objection",
    Stage.CLOSE: "closing",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a playbook. facts: what is said of it, by name, None where nothing is; texts: the wordings among them."""

    name: str
    facts: Mapping[str, str | None]
    texts: frozenset[str]
    place: str = ""


Key = tuple[str, str]


def things(playbook: Playbook) -> dict[Key, Thing]:
    """Everything by (sort, id), in the order of the book."""
    whole = (("playbook", playbook.playbook_id), Thing("the playbook", _header(playbook), frozenset()))
    return dict([whole, *_declared(playbook), *_actions(playbook), *_rules(playbook), *_words(playbook)])


def said(value: object) -> str | None:
    """A value as a person would write it; None where there is nothing."""
    if value is None or value in (frozenset(), (), ""):
        return None
    if isinstance(value, Expression):
        return value.source
    if isinstance(value, timedelta):
        return _length(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:,.10g}"
    if isinstance(value, Target):
        return ", ".join(f"{name} {said(getattr(value, name))}" for name in value.__slots__ if getattr(value, name)) or "everything"
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _length(value: timedelta) -> str:
    days, rest = divmod(value.total_seconds(), 86400)
    return f"{days:g} days" if not rest else f"{value.total_seconds() / 3600:g} hours"


def _thing(name: str, owner: object, fields: str, place: str = "", **texts: Text) -> Thing:
    facts = {field.replace("_", " "): said(getattr(owner, field)) for field in fields.split()}
    wordings = {f"{label} in {language}": text for label, by_language in texts.items() for language, text in by_language.items()}
    return Thing(name, facts | wordings, frozenset(wordings), place)


def _header(playbook: Playbook) -> dict[str, str | None]:
    experiment = playbook.experiment
    shares = {f"{name} share": f"{getattr(experiment, name + '_share'):.6%}" for name in ("control", "challenger", "exploration")}
    fields = ("timezone", "currency", "languages", "styles", "certificates")
    return {field: said(getattr(playbook, field)) for field in fields} | {f"title in {k}": v for k, v in playbook.title.items()} | shares


def _declared(playbook: Playbook) -> Iterator[tuple[Key, Thing]]:
    for name, channel in playbook.channels.items():
        yield ("channel", name), _thing(f"channel {name!r}", channel, "medium cost fallback public")
    for name, group in playbook.groups.items():
        yield ("group", name), _thing(f"group {name!r}", group, "starting_propensity evidence_weight parent", title=group.title)
    for name, reason in playbook.contact_reasons.items():
        keywords = {language: ", ".join(words) for language, words in reason.keywords.items()}
        yield ("reason", name), _thing(f"contact reason {name!r}", reason, "casual", title=reason.title, keywords=keywords)
    for name, fact in playbook.facts.items():
        yield ("fact", name), _thing(f"fact {name!r}", fact, "type unit", title=fact.title)
    for sort, texts in (("decline reason", playbook.decline_reasons), ("disclosure", playbook.disclosures)):
        for name, text in texts.items():
            yield (sort, name), _thing(f"{sort} {name!r}", None, "", text=text)
    for need, by_language in playbook.need_words.items():
        yield ("need", need), _thing(f"need {need!r}", None, "", words={lang: ", ".join(words) for lang, words in by_language.items()})


ACTION_FIELDS = (
    "kind group action_class value cost valid_from valid_until certificates response_window starting_propensity evidence_weight "
    "decline_reasons disclosures excludes members incremental"
)


def _actions(playbook: Playbook) -> Iterator[tuple[Key, Thing]]:
    for action in playbook.actions.values():
        texts = {"title": action.title, "yes-label": action.accept_label, "no-label": action.decline_label}
        yield ("action", action.action_id), _thing(f"action {action.action_id!r}", action, ACTION_FIELDS, action.place, **texts)
        counted = Counter(_script_name(action, script) for script in action.scripts)
        for script in action.scripts:
            name = _script_name(action, script)
            shown = name if counted[name] == 1 else f"{name} ({script.script_id})"
            yield ("script", script.script_id), _script(shown, script)


def _script_name(action: Action, script: Script) -> str:
    return f"{action.action_id}/{script.style} in {script.language}"


def _script(name: str, script: Script) -> Thing:
    facts = {"channels": said(script.channels), "scene": said(script.when), "disclosures": said(script.disclosures)}
    if script.trial is not None:
        facts["share on trial"] = f"{script.trial:.0%}"
    wordings: dict[str, str] = {}
    counted: Counter[Stage] = Counter()
    for step in script.steps:
        counted[step.stage] += 1
        number = f" {counted[step.stage]}" if counted[step.stage] > 1 else ""
        wordings |= _step(STAGE_WORDS[step.stage] + number, step)
    return Thing(name, facts | wordings, frozenset(wordings), script.place)


def _step(stage: str, step: Step) -> dict[str, str]:
    told = {
        stage: step.text,
        f"{stage} for newcomers": step.newcomer,
        f"{stage} for experts": step.expert,
        f"cue of the {stage}": step.says,
    }
    told |= {f"variant {number} of the {stage}": text for number, text in enumerate(step.variants, 1)}
    return {name: text for name, text in told.items() if text}


def _rules(playbook: Playbook) -> Iterator[tuple[Key, Thing]]:
    policies: list[tuple[EngagementPolicy | ContactPolicy, str]] = [
        *((policy, "stage target condition") for policy in playbook.engagement_policies),
        *((policy, "target outcomes level one_channel window count pause") for policy in playbook.contact_policies),
    ]
    for policy, fields in policies:
        yield ("policy", policy.policy_id), _thing(f"policy {policy.policy_id!r}", policy, fields, policy.place, reason=policy.reason)
    yield from _weights("lever", playbook.levers)
    yield from _weights("context weight", playbook.context_weights)


def _weights(sort: str, weights: tuple[Weight, ...]) -> Iterator[tuple[Key, Thing]]:
    """A weight has no id: it is known by what it is for and when."""
    counted: Counter[str] = Counter()
    for weight in weights:
        name = f"the {sort} on {said(weight.target)}" + (f" when {weight.when.source}" if weight.when else "")
        counted[name] += 1
        yield (sort, f"{name} {counted[name]}"), _thing(name, weight, "percent", weight.place)


def _words(playbook: Playbook) -> Iterator[tuple[Key, Thing]]:
    for phrase in playbook.phrases:
        yield (
            ("phrase", f"{phrase.language} {phrase.phrase}"),
            _thing(f"phrase {phrase.phrase!r}", phrase, "rule when instead", phrase.place),
        )
    for article in playbook.articles.values():
        texts = {"title": article.title, "questions": article.questions, "answer": article.answer}
        name = f"article {article.article_id!r}"
        yield ("article", article.article_id), _thing(name, article, "contact_reasons valid_from valid_until", article.place, **texts)
    for sop in playbook.sops.values():
        yield ("SOP", sop.sop_id), _sop(sop)
    for sort, greetings in (("opening", playbook.openings), ("closing", playbook.closings)):
        yield from (((sort, f"{number}"), _greeting(sort, number, one)) for number, one in enumerate(greetings, 1))


def _greeting(sort: str, number: int, greeting: Greeting) -> Thing:
    thing = _thing(f"{sort} line {number}", greeting, "channels language brand season_from season_until text", greeting.place)
    return Thing(thing.name, thing.facts, frozenset({"text"}), thing.place)


def _sop(sop: Sop) -> Thing:
    wordings = {f"title in {language}": text for language, text in sop.title.items()}
    for number, step in enumerate(sop.steps, 1):
        wordings |= _sop_step(f"step {number}", step)
    return Thing(
        f"SOP {sop.sop_id!r}",
        {"keywords": said(sop.keywords), "valid from": said(sop.valid_from), "valid until": said(sop.valid_until)} | wordings,
        frozenset(wordings),
        sop.place,
    )


def _sop_step(number: str, step: SopStep) -> dict[str, str]:
    told = {f"{number} in {language}": f"{title} {step.text.get(language, '')}".strip() for language, title in step.title.items()}
    for inner, child in enumerate(step.children, 1):
        told |= _sop_step(f"{number}.{inner}", child)
    return told
