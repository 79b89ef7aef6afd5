"""What we proposed and what became of it, on every channel together: fatigue, appetite, and the last word."""

from datetime import timedelta

from features.events.tables import WRONG_NUMBER
from features.views.sql import CHANNELS, DAY, WINDOWS, Feature, Group, number, seen, text, view, visible

_YES = "yes_ago"
_NO = "no_ago"


def _pairs(column: str, days: int, condition: str = "TRUE") -> str:
    """Count proposals whose `column` (microseconds ago) lies within `days`."""
    return f"count(*) FILTER (WHERE {column} <= {days * DAY} AND {condition})"


def _windowed() -> list[Feature]:
    features = []
    for days in WINDOWS:
        features += [
            number(f"proposals_{days}d", "proposals", f"What we recommended in {days} days.", _pairs("ago", days), 0.0),
            number(
                f"presented_{days}d",
                "proposals",
                f"What the customer was shown in {days} days, on any channel (K7).",
                _pairs("shown_ago", days),
                0.0,
            ),
            number(f"accepted_{days}d", "proposals", f"Yes in {days} days, not cancelled since.", _pairs(_YES, days), 0.0),
            number(f"declined_{days}d", "proposals", f"No in {days} days: the customer is tired of us.", _pairs(_NO, days), 0.0, sign=-1),
        ]
    return features


def _per_channel() -> list[Feature]:
    features = []
    for channel in CHANNELS:
        here = f"channel = '{channel}'"
        features += [
            number(f"presented_{channel}_90d", "proposals", f"Shown over {channel} in 90 days.", _pairs("shown_ago", 90, here), 0.0),
            number(f"declined_{channel}_90d", "proposals", f"Declined over {channel} in 90 days.", _pairs(_NO, 90, here), 0.0, sign=-1),
        ]
    return features


def _overall() -> list[Feature]:
    rate = f"{_pairs(_YES, 365)} / nullif({_pairs('shown_ago', 365)}, 0)"
    return [
        number("deferred_90d", "proposals", "'Later' in 90 days: come back at the time they named.", _pairs("later_ago", 90), 0.0),
        number("converted_365d", "proposals", "Turned into business this year.", _pairs("converted_ago", 365, "NOT cancelled"), 0.0),
        number("cancelled_365d", "proposals", "Taken back this year: do not push.", _pairs("cancelled_ago", 365), 0.0, sign=-1),
        number(
            "accepted_value_365d",
            "currency",
            "What accepted proposals brought this year.",
            f"sum(cents) FILTER (WHERE {_YES} <= {365 * DAY}) / 100",
            0.0,
        ),
        number("acceptance_rate_365d", "share 0..1", "Appetite for proposals at all.", rate, sign=1),
        number(
            "proposed_actions_365d",
            "actions",
            "Variety of what was proposed.",
            f"count(DISTINCT action_id) FILTER (WHERE ago <= {365 * DAY})",
            0.0,
        ),
        number(
            "declined_actions_365d",
            "actions",
            "Different things declined.",
            f"count(DISTINCT action_id) FILTER (WHERE {_NO} <= {365 * DAY})",
            0.0,
            sign=-1,
        ),
        number("days_since_proposal", "days", "Time since we last proposed something.", f"min(ago) / {DAY}.0"),
        number("days_since_presented", "days", "Time since the customer last saw a proposal.", f"min(shown_ago) / {DAY}.0"),
        number("days_since_accept", "days", "Time since the last yes.", f"min({_YES}) / {DAY}.0"),
        number("days_since_decline", "days", "Time since the last no.", f"min({_NO}) / {DAY}.0"),
        number(
            "opted_out", "1 yes, 0 no", "Said never again: no promotion, on no channel.", "max(CASE WHEN opted_out THEN 1 ELSE 0 END)", 0.0
        ),
        text("last_action", "What was proposed last.", "arg_min(action_id, (ago, rank, action_id))"),
        text(
            "last_accepted_action",
            "What was said yes to last.",
            f"arg_min(action_id, ({_YES}, action_id)) FILTER (WHERE {_YES} IS NOT NULL)",
        ),
        text("last_decline_reason", "Why the last no.", f"arg_min(no_reason, ({_NO}, action_id)) FILTER (WHERE no_reason IS NOT NULL)"),
        text(
            "last_accepted_style",
            "The style of words that last won a yes.",
            f"arg_min(style, ({_YES}, action_id)) FILTER (WHERE {_YES} IS NOT NULL AND style IS NOT NULL)",
        ),
    ]


def _ago(outcome: str) -> str:
    return f"min(o_ago) FILTER (WHERE outcome = '{outcome}')"


_HEARD = (
    "SELECT p.moment, p.decision_id, p.action_id, o.outcome, o.reason, o.value, epoch_us(m.at) - epoch_us(o.occurred_at) AS o_ago "
    "FROM proposed p JOIN moments m USING (moment) JOIN outcomes o ON o.decision_id = p.decision_id AND o.action_id = p.action_id "
    f"AND {visible('o', 'occurred_at')}"
)
_ANSWERS = (
    "SELECT moment, decision_id, action_id, max(o_ago) AS shown_ago, bool_or(outcome = 'cancelled') AS cancelled, "
    "min(o_ago) FILTER (WHERE outcome IN ('accepted', 'converted')) AS said_yes_ago, "
    f"{_ago('declined')} AS no_ago, {_ago('deferred')} AS later_ago, {_ago('converted')} AS converted_ago, "
    f"{_ago('cancelled')} AS cancelled_ago, "
    "bool_or(outcome = 'opted_out') AS opted_out, max(reason) FILTER (WHERE outcome = 'declined') AS no_reason, "
    "max(CAST(round(value * 100) AS BIGINT)) FILTER (WHERE outcome IN ('accepted', 'converted')) AS cents "
    f"FROM heard ANTI JOIN (SELECT moment, decision_id FROM heard WHERE reason = '{WRONG_NUMBER}') USING (moment, decision_id) "
    "GROUP BY moment, decision_id, action_id"
)

PROPOSAL_HISTORY = view(
    name="proposal_history",
    meaning="Proposals and answers on all channels together (K7): what was shown, accepted, declined, and how long ago.",
    freshness="within seconds of an outcome",
    ttl=timedelta(days=30),
    relations={
        "proposed": seen("proposals", "proposed_at", ["t.decision_id", "t.action_id", "t.channel", "t.style", "t.rank"]),
        "heard": _HEARD,
        "answers": _ANSWERS,
        "seen": "SELECT p.*, a.* EXCLUDE (moment, decision_id, action_id), CASE WHEN NOT a.cancelled THEN a.said_yes_ago END AS yes_ago "
        "FROM proposed p LEFT JOIN answers a USING (moment, decision_id, action_id)",
    },
    groups=[Group("seen", (*_windowed(), *_overall(), *_per_channel()))],
)
