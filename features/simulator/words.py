"""The words of the simulated card centre: actions, channels, reasons, categories. Constants only; the truth is elsewhere."""

from dataclasses import dataclass
from datetime import UTC, datetime

WORLD_END = datetime(2026, 7, 1, tzinfo=UTC)
"""The default end of a world: fixed, so that the same seed gives the same bytes whenever it is run."""

DAY = 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True)
class SimAction:
    """One action the logged policy may choose. value: currency per accepted proposal; push: its weight in the logged random policy;
    once: nobody needs it twice; reasons: contact reasons it fits; promotional: needs consent."""

    action_id: str
    kind: str
    value: float
    push: float
    once: bool
    reasons: tuple[str, ...]

    @property
    def promotional(self) -> bool:
        return self.kind in {"sell", "reactivate"}


ACTIONS = (
    SimAction("bill_instalment", "sell", 120, 1.5, False, ("bill_query", "instalment_query", "repayment")),
    SimAction("limit_raise", "sell", 90, 1.5, True, ("limit", "card_status")),
    SimAction("supplementary_card", "sell", 80, 1.0, True, ("card_status", "general", "lost_card")),
    SimAction("travel_insurance", "sell", 110, 1.0, True, ("travel_notice",)),
    SimAction("points_mall", "sell", 60, 1.5, False, ("points_query", "bill_query")),
    SimAction("fee_waiver", "retain", 90, 1.0, False, ("fee_dispute", "bill_query", "card_cancel")),
    SimAction("stay_offer", "retain", 140, 0.7, False, ("card_cancel", "complaint")),
    SimAction("complaint_care", "recover", 100, 1.0, False, ("complaint", "fee_dispute", "fraud_alert")),
    SimAction("apology_points", "recover", 70, 1.0, False, ("complaint", "app_help", "card_status")),
    SimAction("wake_up_cashback", "reactivate", 100, 0.7, False, ("general", "card_cancel")),
    SimAction("first_use_gift", "reactivate", 80, 0.7, False, ("card_status", "general", "limit")),
    SimAction("callback", "serve", 40, 1.0, False, ("fraud_alert", "fee_dispute", "lost_card")),
    SimAction("specialist_transfer", "serve", 50, 1.0, False, ("fraud_alert", "instalment_query", "limit")),
    SimAction("self_service_guide", "serve", 40, 1.0, False, ("app_help", "bill_query", "points_query")),
    SimAction("app_binding", "educate", 50, 1.0, True, ("app_help", "card_status", "points_query")),
    SimAction("wechat_binding", "educate", 50, 1.0, True, ("bill_query", "points_query", "general")),
    SimAction("autopay", "educate", 70, 1.0, True, ("repayment", "fee_dispute")),
    SimAction("ebill", "educate", 40, 1.0, True, ("bill_query", "app_help", "repayment")),
    SimAction("term_deposit", "sell", 150, 0.7, False, ("general", "repayment")),
)
ACTION_IDS = tuple(action.action_id for action in ACTIONS)
DEFAULT_VALUES = {action.action_id: action.value for action in ACTIONS}
KINDS = ("sell", "retain", "recover", "reactivate", "serve", "educate")
STYLES = ("warm", "concise", "expert")
CHANNELS = ("voice", "ivr", "web_chat", "app", "wechat", "sms", "email", "video", "weibo", "branch")
SPOKEN = frozenset({"voice", "ivr", "video", "branch"})
PROPOSING_CHANNELS = frozenset({"voice", "web_chat", "app", "wechat", "sms", "email", "video", "branch"})
REASONS = (
    "lost_card",
    "bill_query",
    "limit",
    "instalment_query",
    "travel_notice",
    "fee_dispute",
    "complaint",
    "points_query",
    "app_help",
    "repayment",
    "card_cancel",
    "card_status",
    "fraud_alert",
    "general",
)
CATEGORIES = ("groceries", "dining", "travel", "online", "fuel", "medical", "education", "entertainment", "utilities")
"""What is bought; instalment, fee and repayment are booked beside these."""
NEEDS = ("issue", "emotion")
DECLINE_REASONS = ("no_need", "too_expensive", "not_now", "no_trust", "has_already")
OCCUPATIONS = ("student", "office", "freelance", "public", "management", "retired", "service")
EDUCATIONS = ("secondary", "vocational", "bachelor", "master")
INCOME_BANDS = ("below_5k", "5k_10k", "10k_20k", "20k_40k", "above_40k")
CITIES = ("Shanghai", "Beijing", "Guangzhou", "Shenzhen", "Chengdu", "Hangzhou", "Wuhan", "Xian", "Suzhou", "Kunming")
LANGUAGES = ("zh-CN", "en")
CURRENCY = "CNY"
