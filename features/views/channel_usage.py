"""Where the customer meets us: how often, how recently, what works there, which channel is liked now and which comes next."""

from datetime import timedelta

from features.views.sql import CHANNELS, DAY, WINDOWS, Feature, Group, days_since, newest, number, seen, text, view, within

_DIGITAL = "channel IN ('web_chat', 'app', 'wechat', 'sms', 'email', 'weibo')"
_EVENT = "event <> 'contact'"
_CONTACT = "event = 'contact'"
_DONE = "event = 'self_service_done'"
_ABANDONED = "event = 'self_service_abandoned'"
# Integer weights that halve with age: a preference of last week counts more than one of last year, and the sum has no rounding.
_WEIGHT = f"CASE WHEN ago <= {7 * DAY} THEN 8 WHEN ago <= {30 * DAY} THEN 4 WHEN ago <= {90 * DAY} THEN 2 ELSE 1 END"


def _event(word: str) -> str:
    return f"event = '{word}'"


def _per_channel() -> list[Feature]:
    features = []
    for channel in CHANNELS:
        here = f"channel = '{channel}'"
        features += [
            number(
                f"{channel}_events_30d",
                "events",
                f"Own activity on {channel} in 30 days.",
                f"count(*) {within(30, f'{here} AND {_EVENT}')}",
                0.0,
            ),
            number(
                f"{channel}_contacts_90d",
                "contacts",
                f"Talks over {channel} in 90 days.",
                f"count(*) {within(90, f'{here} AND {_CONTACT}')}",
                0.0,
            ),
            number(f"days_since_{channel}", "days", f"How long {channel} has been silent (a year at most).", days_since(here)),
        ]
    return features


def _overall() -> list[Feature]:
    tried = f"nullif(count(*) {within(90, f'({_DONE} OR {_ABANDONED})')}, 0)"
    return [
        *(
            number(f"touches_{days}d", "touches", f"Everything on all channels in {days} days.", f"count(*) {within(days)}", 0.0)
            for days in WINDOWS
        ),
        number(
            "logins_30d",
            "logins",
            "At home in app or web: self-service is a fair proposal.",
            f"count(*) {within(30, _event('login'))}",
            0.0,
        ),
        number("views_30d", "views", "Looking around: something is on the customer's mind.", f"count(*) {within(30, _event('view'))}", 0.0),
        number("messages_30d", "messages", "Messages sent to us.", f"count(*) {within(30, _event('message'))}", 0.0),
        number("self_service_done_90d", "times", "Helped themselves.", f"count(*) {within(90, _DONE)}", 0.0),
        number(
            "self_service_abandoned_90d",
            "times",
            "Tried and gave up: the next contact starts annoyed.",
            f"count(*) {within(90, _ABANDONED)}",
            0.0,
        ),
        number(
            "self_service_success_90d",
            "share 0..1",
            "Whether self-service works for this person.",
            f"count(*) {within(90, _DONE)} / {tried}",
        ),
        number("channel_count_90d", "channels", "Channels used in 90 days.", f"count(DISTINCT channel) {within(90)}", 0.0),
        number(
            "multichannel",
            "1 yes, 0 no",
            "Multi-channel customers are worth more and expect more.",
            f"CASE WHEN count(DISTINCT channel) {within(90)} > 1 THEN 1 ELSE 0 END",
            0.0,
        ),
        number(
            "digital_share_90d",
            "share 0..1",
            "Lives online or calls.",
            f"count(*) {within(90, _DIGITAL)} / nullif(count(*) {within(90)}, 0)",
        ),
        number("days_since_touch", "days", "How long since anything was heard (a year at most).", days_since()),
        text("last_channel", "Where the customer was last: pick up the thread there.", newest("channel", "id")),
        text("last_topic", "What the last touch with a topic was about.", newest("topic", "id")),
    ]


CHANNEL_USAGE = view(
    name="channel_usage",
    meaning="Channel habits (K2): use by channel and window, recency, self-service success, the channel liked now and the one likely next.",
    freshness="within seconds of a channel event or contact",
    ttl=timedelta(days=30),
    relations={
        "seen": seen("channel_events", "occurred_at", ["t.channel", "t.event", "t.topic", "t.event_id AS id"], 365)
        + " UNION ALL "
        + seen("contacts", "started_at", ["t.channel", "'contact' AS event", "t.contact_reason AS topic", "t.interaction_id AS id"], 365),
        "liked": f"SELECT moment, channel, sum({_WEIGHT}) AS weight, min(ago) AS ago FROM seen GROUP BY moment, channel",
        "steps": f"SELECT moment, channel, ago, lead(channel) OVER later AS next FROM seen WHERE ago <= {90 * DAY} "
        "WINDOW later AS (PARTITION BY moment ORDER BY ago DESC, id)",
        "now": "SELECT moment, channel FROM steps WHERE next IS NULL",
        "moves": "SELECT moment, next, count(*) AS times, min(ago) AS ago FROM steps JOIN now USING (moment, channel) "
        "WHERE next IS NOT NULL GROUP BY moment, next",
    },
    groups=[
        Group("seen", (*_overall(), *_per_channel())),
        Group(
            "liked",
            (text("preferred_channel", "The channel liked now: recent use weighs more.", "arg_max(channel, (weight, -ago, channel))"),),
        ),
        Group(
            "moves",
            (
                text(
                    "likely_next_channel",
                    "Where the customer usually turns after the last channel (90 days).",
                    "arg_max(next, (times, -ago, next))",
                ),
            ),
        ),
    ],
)
