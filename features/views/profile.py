"""Who the customer is: what the customer table says, as it stood before the moment."""

from features.views.sql import DAY, Group, number, seen, text, view

_COLUMNS = (
    "birth_year",
    "gender",
    "occupation",
    "education",
    "city",
    "opened_on",
    "income_band",
    "value_tier",
    "language",
    "marketing_consent",
    "updated_at",
    "known_at",
    "m.at AS moment_at",
)


_LAST_CONSENT = "arg_max({'v': marketing_consent::INT}, (updated_at, known_at))"


def _last(expression: str) -> str:
    # A row that is the last version may still be empty in a column: then the column is missing, not an older value.
    return f"arg_max({{'v': {expression}}}, (updated_at, known_at)).v"


PROFILE = view(
    name="profile",
    meaning="Who the customer is: age, tenure, value tier, occupation and consent, as last told to us.",
    freshness="within seconds of a changed customer row",
    ttl=None,
    relations={
        "versions": seen(
            "customers", "updated_at", ["t.customer_id", *(column if "." in column else f"t.{column}" for column in _COLUMNS)]
        ),
        # Of a person with several ids each has a last word of its own on consent, and one no is a no.
        "seen": f"SELECT *, {_LAST_CONSENT} OVER (PARTITION BY moment, customer_id) AS consent FROM versions",
    },
    groups=[
        Group(
            "seen",
            (
                number("age", "years", "Speak and propose in keeping with the stage of life.", _last("year(moment_at) - birth_year")),
                number(
                    "tenure_days",
                    "days",
                    "A new customer needs guidance, an old one deserves thanks.",
                    f"{_last('CASE WHEN opened_on < moment_at THEN epoch_us(moment_at) - epoch_us(opened_on) END')} / {DAY}.0",
                ),
                text(
                    "value_tier",
                    "Precedence and one-stop service for the high tiers, self-service habits for the low.",
                    _last("value_tier"),
                ),
                text("occupation", "Judge likely needs: a trader's cash flow differs from a teacher's.", _last("occupation")),
                text("education", "Choose how much to explain.", _last("education")),
                text("city", "Offers and branches near the customer.", _last("city")),
                text("gender", "Form of address.", _last("gender")),
                text("income_band", "Spending power where spending itself says little.", _last("income_band")),
                text("customer_language", "The language the scripts are chosen in.", _last("language")),
                number("marketing_consent", "1 yes, 0 no", "Without a yes nothing promotional is proposed.", "min(consent.v)"),
                number(
                    "profile_age_days",
                    "days",
                    "An old profile is worth confirming in the talk.",
                    f"min(epoch_us(moment_at) - epoch_us(updated_at)) / {DAY}.0",
                ),
            ),
        )
    ],
)
