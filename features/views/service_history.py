"""How service went: reasons, repeats, waits, transfers, what stayed unresolved, complaints, and the mood after the talks."""

from datetime import timedelta

from features.views.sql import WINDOWS, Feature, Group, days_since, mean, newest, number, seen, text, view, within

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
_COLUMNS = (
    "channel",
    "direction",
    "contact_reason",
    "wait_seconds",
    "transfers",
    "resolved",
    "csat",
    "nps",
    "complaint",
    "sentiment",
    "ended_at",
    "interaction_id",
)


def _counts() -> list[Feature]:
    unresolved = "resolved = FALSE"
    return [
        *(
            number(f"contacts_{days}d", "contacts", f"Talks in {days} days, any channel.", f"count(*) {within(days)}", 0.0)
            for days in WINDOWS
        ),
        number(
            "outbound_contacts_90d",
            "contacts",
            "Talks we started: do not overdo it.",
            f"count(*) {within(90, _is('direction', 'outbound'))}",
            0.0,
        ),
        number(
            "repeat_contacts_7d",
            "contacts",
            "Talks of the last 7 days about a reason already asked in them: the matter is not solved.",
            f"count(contact_reason) {within(7)} - count(DISTINCT contact_reason) {within(7)}",
            0.0,
        ),
        number(
            "reason_count_90d", "reasons", "How many different matters in 90 days.", f"count(DISTINCT contact_reason) {within(90)}", 0.0
        ),
        number("unresolved_30d", "contacts", "Talks of 30 days that ended unresolved.", f"count(*) {within(30, unresolved)}", 0.0),
        number(
            "unresolved_90d", "contacts", "Talks of 90 days that ended unresolved: serve first.", f"count(*) {within(90, unresolved)}", 0.0
        ),
        number("complaints_90d", "complaints", "A running complaint switches selling off.", f"count(*) {within(90, 'complaint')}", 0.0),
        number(
            "complaints_365d",
            "complaints",
            "Complaints of the year: how easily the customer complains.",
            f"count(*) {within(365, 'complaint')}",
            0.0,
        ),
        number(
            "online_complaints_365d", "complaints", "Complaints in writing spread faster (K6).", f"count(*) {within(365, _ONLINE)}", 0.0
        ),
        number("long_waits_90d", "contacts", "Waits beyond a minute in 90 days.", f"count(*) {within(90, 'wait_seconds > 60')}", 0.0),
    ]


_ONLINE = "complaint AND channel IN ('web_chat', 'app', 'wechat', 'email', 'weibo')"


def _is(column: str, word: str) -> str:
    return f"{column} = '{word}'"


def _measures() -> list[Feature]:
    resolved = f"count(*) {within(365, 'resolved')} / nullif(count(resolved) {within(365)}, 0)"
    return [
        number("wait_mean_90d", "seconds", "Used to waiting is not content with waiting.", mean("wait_seconds", 90)),
        number("wait_max_90d", "seconds", "The worst wait is the one remembered.", f"max(wait_seconds) {within(90)}"),
        number("wait_last", "seconds", "The wait of the last talk.", newest("wait_seconds", "interaction_id")),
        number("transfers_mean_90d", "transfers", "Passed around: a transfer now would hurt.", mean("transfers", 90)),
        number("transfers_max_90d", "transfers", "The worst passing around in 90 days.", f"max(transfers) {within(90)}"),
        number("talk_minutes_mean_90d", "minutes", "How long talks take with this person.", f"{mean('talk_seconds', 90)} / 60"),
        number("resolved_share_365d", "share 0..1", "How often we solve this person's matters.", resolved),
        number("csat_mean_365d", "1..5", "What the customer said of us.", mean("csat", 365)),
        number("csat_last", "1..5", "The last mark.", newest("csat", "interaction_id")),
        number("nps_last", "0..10", "Would the customer recommend us.", newest("nps", "interaction_id")),
        number("sentiment_mean_90d", "-1..1", "The mood of recent talks.", mean("sentiment", 90)),
        number("sentiment_last", "-1..1", "The mood the last talk ended in.", newest("sentiment", "interaction_id")),
        number("resolved_last", "1 yes, 0 no", "Whether the last talk solved its matter.", newest("resolved::INT", "interaction_id")),
        number("days_since_contact", "days", "How long since we talked.", days_since()),
        number("days_since_complaint", "days", "A fresh complaint needs a different voice.", days_since("complaint")),
        number("days_since_unresolved", "days", "How long the last unsolved matter is ago.", days_since("resolved = FALSE")),
        text("last_contact_reason", "What the last talk was about.", newest("contact_reason", "interaction_id")),
        text("last_contact_channel", "Where the last talk was.", newest("channel", "interaction_id")),
    ]


def _reasons() -> list[Feature]:
    return [
        number(
            f"reason_{reason}_365d",
            "contacts",
            f"Talks of the year about {reason}.",
            f"count(*) {within(365, _is('contact_reason', reason))}",
            0.0,
        )
        for reason in REASONS
    ]


SERVICE_HISTORY = view(
    name="service_history",
    meaning="How service went (K5, K6): reasons, repeats within 7 days, waits, transfers, unresolved matters, complaints, mood.",
    freshness="within seconds of the end of a talk",
    ttl=timedelta(days=30),
    relations={
        "rows": seen("contacts", "started_at", [*(f"t.{column}" for column in _COLUMNS), "t.started_at"], 730),
        "seen": "SELECT *, greatest(epoch_us(ended_at) - epoch_us(started_at), 0) / 1e6 AS talk_seconds FROM rows",
    },
    groups=[Group("seen", (*_counts(), *_measures(), *_reasons()))],
)
