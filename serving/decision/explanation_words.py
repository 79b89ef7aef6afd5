"""The same explanation told three ways: to the agent in words, to an analyst in figures, to the customer plainly."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, tzinfo

from playbooks.schema.words import Text
from serving.decision.explanation import Explanation
from serving.decision.explanation_case import Case
from serving.decision.explanation_change import Change, Obstacle
from serving.decision.explanation_funnel import RANKED
from serving.decision.explanation_names import called
from serving.decision.wording import said

_PLACED: Mapping[str, Text] = {
    "won": {"en": "“{title}” stands first.", "zh": "“{title}”排在第一位。"},
    "shown": {"en": "“{title}” stands at rank {rank}, behind “{winner}”.", "zh": "“{title}”排在第{rank}位，在“{winner}”之后。"},
    "ranked": {
        "en": "“{title}” was allowed but not shown: {position} of {count} by priority, behind “{winner}”.",
        "zh": "“{title}”符合条件但未展示：优先级第{position}位（共{count}项），在“{winner}”之后。",
    },
    "fell": {"en": "“{title}” was not proposed: {reason} ({policy}).", "zh": "没有推荐“{title}”：{reason}（{policy}）。"},
    "until": {"en": "It may come back after {until}.", "zh": "{until}之后可再推荐。"},
    "chance": {
        "en": "About {percent} of 100 such customers would say yes, as {evidence} earlier answers show.",
        "zh": "根据{evidence}次答复，预计每100位这样的客户约{percent}位会接受。",
    },
    "assumed": {
        "en": "Nobody has answered this yet; the playbook assumes that {percent} of 100 would say yes.",
        "zh": "还没有客户答复过该项；话术本暂按每100位约{percent}位接受估计。",
    },
    "added": {
        "en": "It is ranked by what asking adds: about {percent} more of 100 such customers than without.",
        "zh": "按增量排序：每100位这样的客户，推荐比不推荐多约{percent}位。",
    },
    "moved": {"en": "Most telling: {features}.", "zh": "影响最大的因素：{features}。"},
    "up": {"en": "{name} (speaks for it)", "zh": "{name}（有利）"},
    "down": {"en": "{name} (speaks against it)", "zh": "{name}（不利）"},
    "change": {"en": "It would have been allowed with: {changes}.", "zh": "如果{changes}，则可以推荐。"},
    "further": {"en": "Besides, {count} more rule(s) stood in the way: {policies}.", "zh": "此外还有{count}条规则不满足：{policies}。"},
    "needed": {
        "en": "It would have come first with a {factor} of {needed} instead of {now}.",
        "zh": "如果{factor}为{needed}（现为{now}），就会排在第一位。",
    },
    "margin": {
        "en": "It leads “{other}” by {margin}; below a {factor} of {needed} (now {now}) that one would lead.",
        "zh": "领先“{other}”{margin}；若{factor}变为{needed}（现为{now}），则由后者领先。",
    },
    "explored": {"en": "It was put first by chance, so that we learn.", "zh": "为了学习而随机置顶。"},
    "control": {"en": "The customer is in the control group this month: the order was drawn by lot.", "zh": "客户本月属于对照组，顺序为随机抽取。"},
    "fallback": {"en": "Nothing else was allowed, so the channel's fallback answers.", "zh": "其他项均不可推荐，由该渠道的兜底项应答。"},
    "mandatory": {"en": "It must be said in this situation.", "zh": "此情形下必须告知。"},
}  # fmt: skip
_CUSTOMER: Mapping[str, Text] = {
    "shown": {
        "en": "We suggested “{title}” because, from what you have used and asked for, it seemed the most useful thing for you just then.",
        "zh": "我们向您推荐“{title}”，是因为从您平时的使用和咨询来看，它当时对您可能最有帮助。",
    },
    "chance": {
        "en": "We suggested “{title}” partly by chance: now and then we vary what we suggest, to learn what is useful.",
        "zh": "向您推荐“{title}”带有一定随机性：我们偶尔会变换推荐内容，以了解什么对客户更有用。",
    },
    "must": {"en": "We told you about “{title}” because we are obliged to in this situation.", "zh": "在这种情形下，我们有义务告知您“{title}”。"},
    RANKED: {"en": "“{title}” would have been possible; something else seemed more useful to you just then.", "zh": "“{title}”也适合您，只是当时有其他内容可能对您更有帮助。"},
    "consent": {"en": "We did not suggest “{title}” because you have not agreed to receive offers.", "zh": "您没有同意接收营销信息，所以我们没有推荐“{title}”。"},
    "answered": {"en": "We did not suggest “{title}” again because you have already answered.", "zh": "您已经答复过，所以我们没有再次推荐“{title}”。"},
    "serve_first": {"en": "We did not suggest “{title}” because we wanted to settle your matter first.", "zh": "我们想先把您的问题解决好，所以没有推荐“{title}”。"},
    "contact": {"en": "We did not suggest “{title}” so as not to bother you too often.", "zh": "为了不过多打扰您，我们没有推荐“{title}”。"},
    "certificate": {"en": "The colleague you spoke to is not authorised to arrange “{title}”.", "zh": "与您沟通的同事暂无办理“{title}”的权限。"},
    "validity": {"en": "“{title}” was not on offer at that time.", "zh": "“{title}”当时不在办理期内。"},
    "eligibility": {"en": "The conditions for “{title}” were not met at that time.", "zh": "当时不满足“{title}”的办理条件。"},
    "holdout": {"en": "We do not suggest “{title}” to everybody, so that we learn whether suggesting it is of any use.", "zh": "为了了解推荐“{title}”是否真正有用，我们没有向所有客户推荐。"},
    "other": {"en": "“{title}” did not seem right for you at that moment.", "zh": "当时“{title}”不太适合您。"},
    "rights": {
        "en": "The suggestion was made automatically. You may refuse it, ask a person to look at it again, or tell us to make no more suggestions.",
        "zh": "该建议由系统自动给出。您可以拒绝，可以要求人工复核，也可以要求我们今后不再推荐。",
    },
}  # fmt: skip


def for_agent(told: Explanation, case: Case, zone: tzinfo) -> str:
    """A few sentences: where it stands, on what that rests, and what would have changed it."""
    language = case.language
    lines = [_placed(told, case, zone), _basis(told, language), _features(told, language), _turned(told, case)]
    return ("" if language.startswith("zh") else " ").join(line for line in lines if line)


def _placed(told: Explanation, case: Case, zone: tzinfo) -> str:
    language, place = case.language, told.place
    winner = next((one.title for one in told.funnel.actions if one.rank == 1), "")
    if place.stage != RANKED:
        line = said(_PLACED["fell"], language).format(title=told.title, reason=place.reason, policy=place.policy_id)
        return line if place.until is None else f"{line} {said(_PLACED['until'], language).format(until=_when(place.until, zone))}"
    word = "won" if told.won else "shown" if place.rank else "ranked"
    count = len(case.ranking.action_ids)
    line = said(_PLACED[word], language).format(title=told.title, rank=place.rank, winner=winner, position=place.position, count=count)
    card = case.card(told.action_id)
    chance = card.why_here if card and card.why_here in _PLACED else None
    return f"{line} {said(_PLACED[chance], language)}" if chance else line


def _basis(told: Explanation, language: str) -> str:
    if told.price is None:
        return ""
    word = "chance" if told.price.evidence else "assumed"
    percent, uplift = f"{told.price.components.propensity * 100:.0f}", told.price.uplift
    line = said(_PLACED[word], language).format(percent=percent, evidence=round(told.price.evidence))
    if uplift is None:
        return line
    return f"{line}{'' if language.startswith('zh') else ' '}{said(_PLACED['added'], language).format(percent=f'{uplift * 100:.0f}')}"


def _features(told: Explanation, language: str) -> str:
    """What moved the propensity; nothing where it did not rank."""
    if not told.moved or (told.price is not None and told.price.uplift is not None):
        return ""
    parts = [said(_PLACED["up" if one.log_odds > 0 else "down"], language).format(name=called(one.feature, language)) for one in told.moved]
    return said(_PLACED["moved"], language).format(features=_listed(parts, language))


def _turned(told: Explanation, case: Case) -> str:
    if told.obstacles:
        return _opened(told.obstacles, case.language)
    price, gap = told.price, told.gap
    if case.group == "control" or price is None or gap is None or gap.nearest is None or told.place.position is None:
        return ""
    factor, needed, now = gap.nearest, gap.needed[gap.nearest], price.factor(gap.nearest)
    figures = {"factor": called(factor, case.language), "needed": f"{needed:.4g}", "now": f"{now:.4g}"}
    if told.place.position > 1:
        return said(_PLACED["needed"], case.language).format(**figures)
    other = next((one.title for one in told.funnel.actions if one.action_id == gap.against), "")
    return said(_PLACED["margin"], case.language).format(
        other=other, margin=f"{price.priority - (gap.against_priority or 0.0):.2f}", **figures
    )


def _opened(obstacles: tuple[Obstacle, ...], language: str) -> str:
    lines = []
    if obstacles[0].changes:
        changes = _listed([change_in_words(change, language) for change in obstacles[0].changes], language)
        lines.append(said(_PLACED["change"], language).format(changes=changes))
    if len(obstacles) > 1:
        policies = _listed([one.policy_id for one in obstacles[1:]], language)
        lines.append(said(_PLACED["further"], language).format(count=len(obstacles) - 1, policies=policies))
    return " ".join(lines)


_OPERATORS: Mapping[str, Text] = {
    "==": {"en": "is", "zh": "为"},
    "!=": {"en": "is not", "zh": "不为"},
    "<": {"en": "is below", "zh": "低于"},
    "<=": {"en": "is at most", "zh": "不超过"},
    ">": {"en": "is above", "zh": "高于"},
    ">=": {"en": "is at least", "zh": "不低于"},
    "has": {"en": "include", "zh": "包含"},
}
_CHANGED: Text = {"en": "{name} {operator} {to} (was {was})", "zh": "{name}{operator}{to}（当时为{was}）"}
_VALUES: Mapping[object, Text] = {
    None: {"en": "unknown", "zh": "未知"},
    True: {"en": "yes", "zh": "是"},
    False: {"en": "no", "zh": "否"},
}


def change_in_words(change: Change, language: str) -> str:
    """`dissatisfaction is below 0.7 (was 0.81)`, with the name as people say it."""
    operator = said(_OPERATORS[change.operator], language)
    values = {"to": _value(change.to, language), "was": _value(change.was, language)}
    return said(_CHANGED, language).format(name=called(change.name, language), operator=operator, **values)


def _value(value: object, language: str) -> str:
    if value is None or isinstance(value, bool):
        return said(_VALUES[value], language)
    if isinstance(value, list):
        return _listed([str(one) for one in value], language) or "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _listed(parts: list[str], language: str) -> str:
    return ("、" if language.startswith("zh") else ", ").join(parts)


def _when(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def for_customer(told: Explanation, case: Case) -> str:
    """Plain words and the right to refuse. No score, no rule's name, nothing about other customers."""
    card = case.card(told.action_id)
    if card is None:
        word = told.place.stage if told.place.stage in _CUSTOMER else "other"
    elif card.why_here == "mandatory":
        word = "must"
    else:
        word = "chance" if card.explored or case.group == "control" else "shown"
    space = "" if case.language.startswith("zh") else " "
    return said(_CUSTOMER[word], case.language).format(title=told.title) + space + said(_CUSTOMER["rights"], case.language)


def for_analyst(told: Explanation) -> dict[str, object]:
    """The figures by name."""
    price, gap = told.price, told.gap
    return {
        "position": told.place.position,
        "rank": told.place.rank,
        "price": None if price is None else asdict(price),
        "gap": None if gap is None else asdict(gap),
        "log_odds": {one.feature: one.log_odds for one in told.moved},
    }
