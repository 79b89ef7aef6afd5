"""S3: a good script promises service, takes the initiative, speaks of this person, and shows the brand's worth. A checklist by tell-tale words."""

from collections.abc import Iterator, Mapping

from playbooks.lint.finding import Flag, Rule, Severity, Subject
from playbooks.lint.wordings import scripts
from playbooks.normalise import contains
from playbooks.schema.words import ActionKind


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


TELLING: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "a promise of service": {
        "zh": _words("帮您, 为您, 给您, 我来, 马上, 安排, 协助, 随时, 我陪您, 我们把, 我先"),
        "en": _words("help, for you, let me, let us, I can, I will, I'll, we can, we will, we give, we send, take care, at once, to you"),
    },
    "initiative": {
        "zh": _words("好吗, 要不要, 可以吗, 行吗, 您看, 建议, 推荐, 不如, 现在就, 回复, 要吗, 发给您吗, 提交吗, 要我"),
        "en": _words("shall I, shall we, would you, may I, may we, can I, I suggest, I recommend, how about, want me to, right now, reply"),
    },
    "something personal": {
        "zh": _words("您的, 您这, 您平时, 您最近, 您经常, 根据您, 像您, 对您, 您在, 您用, 您每, 您家, 您想, 您手, 您说的, 您要, 您有"),
        "en": _words("your, you have, you often, for you, you use, you usually"),
    },
    "the brand's worth": {
        "zh": _words("我们, 我行, 咱们, 专属, 会员, 贵宾, 持卡人, 老客户, 本行"),
        "en": _words("we, our, us, members, cardholders, exclusive, loyal"),
    },
}
KINDS = frozenset({ActionKind.SELL, ActionKind.RETAIN, ActionKind.REACTIVATE})


def check(subject: Subject) -> Iterator[Flag]:
    for action, script in scripts(subject.playbook):
        language = script.language.partition("-")[0]
        if action.kind not in KINDS or language not in {"zh", "en"}:
            continue
        whole = "\n".join(step.text for step in script.steps)
        missing = [quality for quality, words in TELLING.items() if not _shows(whole, quality, words[language])]
        if missing:
            yield Flag(script.place, f"script {script.script_id!r} does not show {', '.join(missing)}", "say it in its own words")


def _shows(whole: str, quality: str, words: tuple[str, ...]) -> bool:
    spoken = {"something personal": "customer", "the brand's worth": "brand"}.get(quality)
    return (spoken is not None and "{{" in whole and spoken in whole) or any(contains(whole, word) for word in words)


RULE = Rule("four-qualities", Severity.NOTE, "a checklist: service, initiative, personal, brand", check)
