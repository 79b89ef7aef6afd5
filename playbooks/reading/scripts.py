"""Scripts and their steps."""

from collections.abc import Mapping, Sequence

from playbooks.errors import RenderError
from playbooks.reading.conditions import condition
from playbooks.reading.fields import IDENTIFIER, Fields, Source
from playbooks.reading.findings import nearest_of
from playbooks.reading.nodes import Node, Scalar, Table
from playbooks.schema.script import Script, Step
from playbooks.schema.variable import OPEN_PREFIXES
from playbooks.schema.words import Medium, Stage
from playbooks.spoken import spoken_seconds
from playbooks.template import parse_template

STAGES = tuple(stage.value for stage in Stage)


def read_script(source: Source, node: Node, action_id: str, required: tuple[str, ...], media: Mapping[str, Medium]) -> Script:
    """One script; `required` are the action's disclosures, which it carries unless it lists its own; `media` the channels' media."""
    fields = source.table(node, "a script")
    script_id = fields.identifier("id", IDENTIFIER)
    fields.name = f"script {script_id!r}"
    source.findings.declare("script", script_id, fields.place)
    language = fields.reference("language", "language")
    own = fields.references("disclosures", "disclosure") if fields.optional("disclosures") is not None else None
    script = Script(
        script_id=script_id,
        action_id=action_id,
        channels=_channels(fields, media),
        language=language,
        style=fields.reference("style", "style"),
        when=condition(fields, "when"),
        steps=_steps(fields, language),
        disclosures=required if own is None else own,
        place=fields.place,
        trial=_trial(fields),
    )
    fields.done()
    return script


def _trial(fields: Fields) -> float | None:
    """`trial: {share: 20 %}`."""
    inner = fields.table("trial")
    if inner is None:
        return None
    share = 0.0 if inner.needed("share") is None else inner.share("share", 0.0)
    inner.done()
    return share


def _channels(fields: Fields, media: Mapping[str, Medium]) -> frozenset[str]:
    """The channels named, or those of the media named; empty means every channel."""
    named = fields.references("channels", "channel")
    words = fields.words("media")
    if named and words:
        fields.report("media", "channels and media stand side by side", "keep one of them")
    chosen = set(named)
    for word, line in words:
        if word not in tuple(Medium):
            fields.source.report(line, f"{fields.name}: medium {word!r} is unknown", nearest_of(word, tuple(Medium)))
            continue
        fitting = {channel for channel, medium in media.items() if medium == word}
        if not fitting:
            fields.source.report(line, f"{fields.name}: no channel has the medium {word!r}", "declare one, or drop it")
        chosen |= fitting
    return frozenset(chosen)


def _steps(fields: Fields, language: str) -> tuple[Step, ...]:
    if fields.needed("steps") is None:
        return ()
    nodes = fields.items("steps")
    steps = tuple(step for node in nodes for step in _step(fields, node, language))
    if not nodes:
        fields.report("steps", "has no steps", "write at least - propose: ...")
    return steps


def _step(fields: Fields, node: Node, language: str) -> Sequence[Step]:
    """`- stage: text` or `- stage: {text, variants, newcomer, expert}`; `- objection: {says, answer, ...}`."""
    if not isinstance(node, Table) or len(node.entries) != 1:
        fields.source.report(
            node.line, f"{fields.name}: a step is not one `stage: text`", f"write - propose: ...; stages are {', '.join(STAGES)}"
        )
        return ()
    entry = node.entries[0]
    if entry.key not in STAGES:
        fields.source.report(entry.line, f"{fields.name}: stage {entry.key!r} is unknown", nearest_of(entry.key, STAGES))
        return ()
    stage = Stage(entry.key)
    place = fields.source.at(entry.line)
    if isinstance(entry.value, Scalar):
        text = _wording(fields.source, entry.value, f"{fields.name}: {stage}")
        if stage is Stage.OBJECTION:
            fields.source.report(entry.line, f"{fields.name}: an objection needs two sides", "write {says: ..., answer: ...}")
        return (Step(stage, text, spoken_seconds(text, language), place=place),)
    return (_full_step(fields.source.table(entry.value, f"{fields.name}: {stage}"), stage, language, place),)


def _full_step(inner: Fields, stage: Stage, language: str, place: str) -> Step:
    says = inner.text("says") if stage is Stage.OBJECTION else None
    text = _field(inner, "answer" if stage is Stage.OBJECTION else "text", needed=True) or ""
    step = Step(
        stage=stage,
        text=text,
        seconds=spoken_seconds(text, language),
        variants=tuple(_wording(inner.source, node, f"{inner.name}: a variant") for node in inner.items("variants")),
        newcomer=_field(inner, "newcomer"),
        expert=_field(inner, "expert"),
        says=says,
        place=place,
    )
    inner.done()
    return step


def _field(inner: Fields, key: str, *, needed: bool = False) -> str | None:
    node = inner.needed(key) if needed else inner.optional(key)
    return None if node is None else _wording(inner.source, node, f"{inner.name}: {key}")


def _wording(source: Source, node: Node, name: str) -> str:
    """A text whose variables are all declared."""
    text = source.text(node, name)
    try:
        template = parse_template(text)
    except RenderError as error:
        what, _, mend = str(error).partition("; ")
        source.report(node.line, f"{name}: {what}", mend)
        return ""
    for variable in sorted(template.variables):
        if variable.startswith("facts."):
            source.findings.refer("fact", variable.removeprefix("facts."), source.at(node.line))
        elif not variable.startswith(OPEN_PREFIXES):
            source.findings.refer("variable", variable, source.at(node.line))
    return text
