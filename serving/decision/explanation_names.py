"""What a value is called when a person is told of it, in Chinese and English. A name not listed is said as it is written."""

import re

from serving.decision.wording import primary

_SPAN = re.compile(r"_(\d+)d$")
_CHANNELS = {
    "voice": "电话", "ivr": "自助语音", "web_chat": "网页客服", "app": "手机应用", "wechat": "微信", "sms": "短信", "email": "邮件",
    "video": "视频", "weibo": "微博", "branch": "网点",
}  # fmt: skip
_ZH = {
    "age": "年龄", "tenure_days": "客户年限（天）", "value_tier": "客户等级", "occupation": "职业", "education": "学历", "city": "城市",
    "gender": "性别", "income_band": "收入档次", "customer_language": "语言", "marketing_consent": "营销同意", "profile_age_days": "资料更新距今天数",
    "opted_out": "已拒绝营销", "dissatisfaction": "不满意程度", "multichannel": "多渠道客户", "spend": "消费金额", "spend_count": "消费笔数",
    "spend_mean": "笔均消费", "spend_max": "最大单笔消费", "spend_trend": "消费趋势", "days_since_spend": "距上次消费天数", "spend_days": "有消费的天数",
    "spend_weeks": "有消费的周数", "spend_months": "有消费的月数", "spend_regularity": "消费规律性", "spend_previous": "前一期消费", "category_count": "消费类别数",
    "weekend_share": "周末消费占比", "fee_count": "费用笔数", "refund_count": "退款笔数", "share_groceries": "日用消费占比", "share_dining": "餐饮占比",
    "share_travel": "旅行占比", "share_online": "网购占比", "share_fuel": "加油占比", "share_medical": "医疗占比", "share_education": "教育占比",
    "share_entertainment": "娱乐占比", "share_utilities": "水电占比", "payday_share": "发薪日消费占比", "payday_third": "发薪时段",
    "instalment_share": "分期占比", "instalment_count": "分期笔数", "repayment_count": "还款笔数", "repayment": "还款金额", "top_category": "主要消费类别",
    "touches": "各渠道接触次数", "logins": "登录次数", "views": "浏览次数", "messages": "消息数", "self_service_done": "自助办理成功次数",
    "self_service_abandoned": "自助办理中断次数", "self_service_success": "自助成功率", "channel_count": "使用渠道数", "digital_share": "线上占比",
    "days_since_touch": "距上次接触天数", "last_channel": "最近渠道", "last_topic": "最近话题", "preferred_channel": "偏好渠道",
    "likely_next_channel": "可能的下一渠道", "contacts": "来电来访次数", "outbound_contacts": "主动联系次数", "repeat_contacts": "重复来电次数",
    "reason_count": "咨询事项数", "unresolved": "未解决次数", "complaints": "投诉次数", "online_complaints": "线上投诉次数", "long_waits": "长时间等待次数",
    "wait_mean": "平均等待秒数", "wait_max": "最长等待秒数", "wait_last": "上次等待秒数", "transfers_mean": "平均转接次数", "transfers_max": "最多转接次数",
    "talk_minutes_mean": "平均通话分钟数", "resolved_share": "解决率", "csat_mean": "平均满意度", "csat_last": "上次满意度", "nps_last": "上次推荐意愿",
    "sentiment_mean": "近期情绪", "sentiment_last": "上次情绪", "resolved_last": "上次是否解决", "days_since_contact": "距上次沟通天数",
    "days_since_complaint": "距上次投诉天数", "days_since_unresolved": "距上次未解决天数", "last_contact_reason": "上次来电原因",
    "last_contact_channel": "上次沟通渠道", "proposals": "推荐次数", "presented": "已展示次数", "accepted": "接受次数", "declined": "拒绝次数",
    "deferred": "稍后再说次数", "converted": "成交次数", "cancelled": "取消次数", "accepted_value": "已接受金额", "acceptance_rate": "接受率",
    "proposed_actions": "推荐过的项目数", "declined_actions": "拒绝过的项目数", "days_since_proposal": "距上次推荐天数", "days_since_presented": "距上次展示天数",
    "days_since_accept": "距上次接受天数", "days_since_decline": "距上次拒绝天数", "last_action": "上次推荐", "last_accepted_action": "上次接受的项目",
    "last_decline_reason": "上次拒绝原因", "last_accepted_style": "上次接受的话术风格", "channel": "渠道", "direction": "呼入或呼出",
    "contact_reason": "来电原因", "need": "诉求类型", "need_level": "需求层次", "sentiment": "情绪", "resolved": "问题已解决", "complaint": "正在投诉",
    "matter_open": "问题未解决", "wait_seconds": "等待秒数", "transfers": "转接次数", "estimated_wait_seconds": "预计排队秒数", "hour": "时段",
    "weekday": "星期", "experience": "坐席经验", "certificates": "坐席资质", "language": "语言", "propensity": "预计接受率", "uplift": "推荐带来的增量", "value": "价值",
    "action_presented": "本项已展示次数", "action_declined": "本项被拒绝次数", "action_accepted": "本项已接受次数",
    "recent_yes_50": "全体客户近50次答复的接受情况", "recent_yes_400": "全体客户近400次答复的接受情况",
    "lever": "业务系数", "cost": "成本", "max_monthly_cost": "每月预算上限",
}  # fmt: skip
_OF_CHANNEL = {"events": "活动次数", "contacts": "沟通次数"}
_EN = {
    "matter_open": "the matter is open", "complaint": "complaint running", "resolved": "matter resolved", "sentiment": "mood",
    "certificates": "the agent's certificates", "experience": "the agent's experience", "propensity": "chance of a yes", "uplift": "gain by asking", "lever": "business lever",
    "action_presented": "times this was shown", "action_declined": "times this was declined", "action_accepted": "times this was accepted",
    "recent_yes_50": "how the last 50 answers of all customers went", "recent_yes_400": "how the last 400 answers of all customers went",
}  # fmt: skip


def called(name: str, language: str) -> str:
    """`customer.spend_90d` -> 近90天消费金额, or `spend in 90 days`."""
    leaf = name.rpartition(".")[2]
    span = _SPAN.search(leaf)
    stem = leaf[: span.start()] if span else leaf
    if primary(language) == "zh":
        words = _ZH.get(stem) or _composed(stem) or stem
        return f"近{span[1]}天{words}" if span else words
    words = _EN.get(stem, stem.replace("_", " "))
    return f"{words} in {span[1]} days" if span else words


def _composed(stem: str) -> str | None:
    """Names made of a channel or a contact reason: app_events, days_since_app, presented_app, reason_bill_query."""
    for channel, said in _CHANNELS.items():
        if stem == f"days_since_{channel}":
            return f"距上次使用{said}天数"
        if (kind := stem.removeprefix(f"{channel}_")) in _OF_CHANNEL:
            return f"{said}{_OF_CHANNEL[kind]}"
        if (what := stem.removesuffix(f"_{channel}")) != stem and what in _ZH:
            return f"{said}{_ZH[what]}"
    return f"咨询{stem.removeprefix('reason_')}次数" if stem.startswith("reason_") else None
