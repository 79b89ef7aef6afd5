"""The product's own sentences, and how a sentence is found in the language of the talk."""

from collections.abc import Sequence

from playbooks.schema.words import Text

LAST_RESORT = "en"


def primary(language: str) -> str:
    """The language without its region: zh-CN -> zh."""
    return language.split("-", 1)[0].lower()


def spoken_in(language: str, declared: Sequence[str]) -> str | None:
    """The declared language that serves a talk in `language`: the same tag, else the first one of the same primary language, else none."""
    if language in declared:
        return language
    return next((tag for tag in declared if primary(tag) == primary(language)), None)


def said(text: Text, language: str) -> str:
    """The sentence for a talk in `language`; one written only in other languages is better than none on an agent's screen."""
    tag = spoken_in(language, tuple(text)) or spoken_in(LAST_RESORT, tuple(text)) or next(iter(text), None)
    return "" if tag is None else text[tag]


VALIDITY: Text = {"en": "Not on offer at this time", "zh": "当前不在有效期内"}
CERTIFICATE: Text = {"en": "The agent lacks a certificate this action needs", "zh": "坐席缺少办理该项所需的资质"}
NO_CONSENT: Text = {"en": "No consent to marketing", "zh": "客户未同意接收营销"}
OPTED_OUT: Text = {"en": "The customer has opted out", "zh": "客户已明确拒绝营销"}
MATTER_OPEN: Text = {"en": "The customer's matter is still open", "zh": "客户的问题尚未解决"}
COMPLAINT: Text = {"en": "A complaint is running", "zh": "客户正在投诉"}
BAD_MOOD: Text = {"en": "The customer is in a bad mood", "zh": "客户情绪不佳"}
WRONG_PERSON: Text = {"en": "The person on the line is not this customer", "zh": "通话人并非客户本人"}
FEATURES_GONE: Text = {
    "en": "What we know of the customer cannot be read now, so no policy could be checked",
    "zh": "客户信息暂时无法读取，无法核对规则",
}
HISTORY_GONE: Text = {
    "en": "The contact history cannot be read now, so no limit could be checked",
    "zh": "接触记录暂时无法读取，无法核对频次",
}
ANSWERED: Text = {"en": "Already answered in this conversation", "zh": "本次沟通中客户已答复"}
EXCLUDED: Text = {"en": "Does not go with what the customer has just accepted", "zh": "与客户刚接受的项目不能同时办理"}
NEVER_AGAIN: Text = {"en": "The customer never wants to hear of it again", "zh": "客户要求不再推荐"}
LATER: Text = {"en": "The customer asked for a later time", "zh": "客户希望稍后再谈"}
MEMBER_FELL: Text = {"en": "A part of this bundle is not allowed", "zh": "组合中有一项不可推荐"}
HELD_BACK: Text = {
    "en": "Held back from this customer by chance, to learn what happens without it",
    "zh": "随机保留：不向该客户推荐，用于了解不推荐时的结果",
}
NO_SCRIPT: Text = {"en": "No script for this channel and language", "zh": "该渠道和语言没有可用话术"}
VALUE_MISSING: Text = {"en": "The script needs a value that is not known", "zh": "话术所需信息缺失"}

CARD_REASONS: dict[str, Text] = {
    "mandatory": {"en": "Must be said in this situation", "zh": "此情形下必须告知"},
    "fallback": {"en": "Nothing else is allowed right now", "zh": "当前没有其他可推荐项"},
    "control": {"en": "Placed by chance: this customer is in the control group this month", "zh": "随机排序：客户本月属于对照组"},
    "explored": {"en": "Placed first by chance, to learn", "zh": "随机置顶，用于学习"},
    "best_priority": {"en": "Promises most, net of cost", "zh": "扣除成本后预期价值最高"},
    "next_best": {"en": "Next best, net of cost", "zh": "扣除成本后的次优选择"},
    "evidence": {
        "en": "Learned from {evidence} answers; {percent} % would accept",
        "zh": "依据{evidence}次答复；预计接受率{percent} %",
    },
    "starting": {
        "en": "New: nobody has answered yet; assumed {percent} % would accept",
        "zh": "新项目：尚无答复，暂按{percent} %接受率估计",
    },
    "incremental": {
        "en": "Ranked by what asking adds: {percent} more of 100 such customers than without",
        "zh": "按增量排序：每100位这样的客户，推荐比不推荐多约{percent}位",
    },
    "context": {"en": "Fits the situation (+{percent} %)", "zh": "契合当前情境（+{percent}%）"},
    "lever": {"en": "Favoured by the business (+{percent} %)", "zh": "业务重点（+{percent}%）"},
}

CHANGE_REASONS: dict[str, Text] = {
    "expired": {"en": "The advice had grown old", "zh": "原建议已过时"},
    "fell": {"en": "{title} is no longer possible: {why}", "zh": "{title}不再适合：{why}"},
    "must_say": {"en": "{title} must be said now", "zh": "现在必须告知：{title}"},
    "mood_turned": {"en": "The mood has turned and asks for other words", "zh": "客户情绪有变化，需要换一种说法"},
    "allowed": {"en": "Something has become possible that was not", "zh": "有新的可推荐项"},
    "better": {"en": "{title} now promises clearly more", "zh": "{title}此刻明显更合适"},
}
