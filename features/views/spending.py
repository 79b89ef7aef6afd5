"""Spending habits: how much, how often, on what, with what rhythm, and whether it is falling."""

from datetime import timedelta

from features.views.sql import DAY, WINDOWS, Feature, Group, number, seen, text, view, within

CATEGORIES = ("groceries", "dining", "travel", "online", "fuel", "medical", "education", "entertainment", "utilities")
_MONEY = "currency"
_FEE = "category = 'fee'"
_INSTALMENT = "category = 'instalment'"
_PURCHASE = "spend AND cents > 0"


def _sum(days: int, condition: str = "spend", after: int = 0) -> str:
    older = f" AND ago > {after * DAY}" if after else ""
    return f"sum(cents) {within(days, condition + older)}"


def _share(part: str, whole: str) -> str:
    return f"CASE WHEN {whole} > 0 THEN coalesce({part}, 0) / {whole} END"


def _windows() -> list[Feature]:
    features = []
    for days in WINDOWS:
        features.append(number(f"spend_{days}d", _MONEY, f"Spending power shown in the last {days} days.", f"{_sum(days)} / 100", 0.0))
        features.append(
            number(
                f"spend_count_{days}d",
                "purchases",
                f"How alive the card was in the last {days} days.",
                f"count(*) {within(days, _PURCHASE)}",
                0.0,
            )
        )
    return features


def _shares() -> list[Feature]:
    return [
        number(
            f"share_{category}_365d",
            "share 0..1",
            f"How much of the year's spending is {category}: propose what fits the habit.",
            _share(_sum(365, f"category = '{category}'"), _sum(365)),
        )
        for category in CATEGORIES
    ]


def _habits() -> list[Feature]:
    return [
        number(
            "spend_mean_90d",
            _MONEY,
            "Size of a usual purchase.",
            f"{_sum(90, _PURCHASE)} / (100 * nullif(count(*) {within(90, _PURCHASE)}, 0))",
        ),
        number("spend_max_90d", _MONEY, "A large purchase may want instalments.", f"max(cents) {within(90, 'spend')} / 100"),
        number("spend_previous_30d", _MONEY, "Spending of the 30 days before the last 30.", f"{_sum(60, after=30)} / 100", 0.0),
        number("spend_previous_90d", _MONEY, "Spending of the 90 days before the last 90.", f"{_sum(180, after=90)} / 100", 0.0),
        number(
            "spend_trend",
            "change",
            "Last 30 days against the monthly mean of 90: below 0 is falling, care before selling.",
            f"CASE WHEN {_sum(90)} > 0 THEN 3 * coalesce({_sum(30)}, 0) / {_sum(90)} - 1 END",
        ),
        number(
            "spend_trend_90d",
            "change",
            "Last 90 days against the 90 before: a slow goodbye shows here.",
            f"CASE WHEN {_sum(180, after=90)} > 0 THEN coalesce({_sum(90)}, 0) / {_sum(180, after=90)} - 1 END",
        ),
        number("days_since_spend", "days", "A silent card is worth waking.", f"min(ago) FILTER (WHERE spend AND cents > 0) / {DAY}.0"),
        number(
            "spend_days_30d",
            "days",
            "Days of the last 30 with a purchase.",
            "bit_count(bit_or(day_bit) FILTER (WHERE spend AND day < 30))",
            0.0,
        ),
        number(
            "spend_days_90d",
            "days",
            "Days of the last 90 with a purchase.",
            "bit_count(bit_or(day_bit) FILTER (WHERE spend AND day < 90))",
            0.0,
        ),
        number(
            "spend_weeks_365d",
            "weeks",
            "Weeks of the last 52 with a purchase: how firm the habit is.",
            "bit_count(bit_or(week_bit) FILTER (WHERE spend AND day < 364))",
            0.0,
        ),
        number(
            "spend_regularity_365d",
            "share 0..1",
            "Share of weeks with a purchase since the first one of the year; 1 is every week.",
            "bit_count(bit_or(week_bit) FILTER (WHERE spend AND day < 364)) / (max(least(day, 363) // 7) FILTER (WHERE spend) + 1)",
        ),
        number(
            "spend_months_365d",
            "months",
            "30-day months of the last twelve with a purchase.",
            "bit_count(bit_or(month_bit) FILTER (WHERE spend AND day < 360))",
            0.0,
        ),
        number(
            "category_count_365d",
            "categories",
            "Breadth of use: one category is a niche card.",
            f"count(DISTINCT category) {within(365, 'spend')}",
            0.0,
        ),
        number(
            "weekend_share_90d", "share 0..1", "Weekend spender or weekday spender.", _share(_sum(90, "spend AND weekday >= 6"), _sum(90))
        ),
        number("fee_count_365d", "fees", "Fees paid: ground for a waiver.", f"count(*) {within(365, _FEE)}", 0.0),
        number(
            "refund_count_90d", "refunds", "Money given back: something went wrong.", f"count(*) {within(90, 'spend AND cents < 0')}", 0.0
        ),
    ]


def _rhythm() -> list[Feature]:
    thirds = [_sum(90, f"spend AND third = {third}") for third in (1, 2, 3)]
    heaviest = f"greatest({', '.join(f'coalesce({part}, 0)' for part in thirds)})"
    first, second = (f"{heaviest} = coalesce({part}, 0)" for part in thirds[:2])
    which = f"CASE WHEN {_sum(90)} > 0 THEN CASE WHEN {first} THEN 1 WHEN {second} THEN 2 ELSE 3 END END"
    return [
        number(
            "payday_share_90d",
            "share 0..1",
            "Share of spending in the customer's heaviest third of the month; a third is no rhythm, 1 lives from payday.",
            _share(heaviest, _sum(90)),
        ),
        number("payday_third_90d", "1, 2 or 3", "Which third of the month is the heaviest: the time to call.", which),
    ]


def _credit() -> list[Feature]:
    return [
        number(
            "instalment_share_365d",
            "share 0..1",
            "Share of spending paid in instalments: the taste for them.",
            _share(_sum(365, _INSTALMENT), _sum(365)),
        ),
        number("instalment_count_365d", "purchases", "Instalment plans used this year.", f"count(*) {within(365, _INSTALMENT)}", 0.0),
        number("repayment_count_90d", "repayments", "How regularly the bill is paid.", f"count(*) {within(90, 'NOT spend')}", 0.0),
        number("repayment_365d", _MONEY, "What was paid back this year.", f"{_sum(365, 'NOT spend')} / 100", 0.0),
    ]


SPENDING = view(
    name="spending",
    meaning="Spending habits by window (K1): power, mix, rhythm, instalments, trend. Repayments are no spending; refunds lower it.",
    freshness="within seconds of a transaction",
    ttl=timedelta(days=30),
    relations={
        "rows": seen("transactions", "occurred_at", ["t.occurred_at", "CAST(round(t.amount * 100) AS BIGINT) AS cents", "t.category"], 365),
        "timed": f"SELECT moment, ago, cents, category, category IS DISTINCT FROM 'repayment' AS spend, CAST(ago // {DAY} AS INT) AS day, "
        "isodow(occurred_at) AS weekday, least((day(occurred_at) - 1) // 10 + 1, 3) AS third FROM rows",
        "seen": "SELECT *, 1::HUGEINT << least(day, 100) AS day_bit, 1::BIGINT << least(day // 7, 60) AS week_bit, "
        "1::BIGINT << least(day // 30, 60) AS month_bit FROM timed",
        "mix": f"SELECT moment, category, sum(cents) AS cents FROM rows WHERE ago <= {90 * DAY} "
        "AND category IS NOT NULL AND category <> 'repayment' GROUP BY moment, category",
    },
    groups=[
        Group("seen", (*_windows(), *_habits(), *_shares(), *_rhythm(), *_credit())),
        Group(
            "mix",
            (
                text(
                    "top_category_90d",
                    "Where most money went lately: the easiest thing to talk about.",
                    "arg_max(category, (cents, category))",
                ),
            ),
        ),
    ],
)
