"""The general examination of the views: every view, the same promises."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from fake_tables import FakeTables, day

from features.catalogue import markdown
from features.cli.features import features_group
from features.home import Home
from features.schema import schema_of
from features.transform import EventTables, computed, distinct_moments, features_at
from features.views import VIEWS
from features.views.view import Dtype, View

AGREED = [
    "age",
    "tenure_days",
    "value_tier",
    "occupation",
    "education",
    "city",
    "gender",
    "income_band",
    "customer_language",
    "marketing_consent",
    "spend_7d",
    "spend_30d",
    "spend_90d",
    "spend_365d",
    "spend_count_30d",
    "spend_trend",
    "instalment_share_365d",
    "days_since_spend",
    "payday_share_90d",
    "top_category_90d",
    "share_travel_365d",
    "share_dining_365d",
    "share_online_365d",
    "channel_count_90d",
    "preferred_channel",
    "likely_next_channel",
    "multichannel",
    "app_events_30d",
    "wechat_events_30d",
    "voice_contacts_90d",
    "self_service_success_90d",
    "days_since_app",
    "contacts_30d",
    "contacts_90d",
    "repeat_contacts_7d",
    "wait_mean_90d",
    "transfers_mean_90d",
    "unresolved_90d",
    "complaints_365d",
    "days_since_complaint",
    "csat_mean_365d",
    "sentiment_mean_90d",
    "last_contact_reason",
    "dissatisfaction",
    "proposals_30d",
    "presented_30d",
    "accepted_365d",
    "declined_30d",
    "days_since_proposal",
    "days_since_decline",
    "opted_out",
]
NOBODY = pa.table({"customer_id": ["nobody"], "at": pa.array([day(1)], pa.timestamp("us"))})


def test_the_agreed_features_are_there_and_a_hundred_in_all() -> None:
    schema = schema_of(VIEWS)
    assert set(AGREED) <= {*schema.numbers, *schema.texts}
    assert len(schema.numbers) + len(schema.texts) >= 100


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_gives_exactly_its_fields(view: View) -> None:
    with FakeTables({}).connect() as connection:
        list(computed(connection, VIEWS, distinct_moments(NOBODY)))
        columns = connection.sql(f"SELECT * FROM view_{view.name}").columns
    assert columns == ["moment", "customer_id", "at", *(field.name for field in view.fields)]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_says_what_it_is_for(view: View) -> None:
    assert len(view.meaning) > 30
    assert view.freshness
    for field in view.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name), field.name
        assert field.unit, field.name
        assert field.meaning.endswith("."), field.name


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_customer_without_history_has_the_stated_defaults(view: View) -> None:
    got = features_at(FakeTables({}), NOBODY)
    for field in view.fields:
        value = got[field.name][0].as_py()
        assert value == (pytest.approx(field.default) if field.default is not None else None), field.name


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_default_is_a_number_of_a_number(view: View) -> None:
    assert all(field.default is None for field in view.fields if field.dtype is Dtype.TEXT)


def test_docs_features_is_what_the_views_say() -> None:
    page = Path(__file__).parents[2] / "docs" / "features.md"
    assert page.read_text(encoding="utf-8") == markdown(), "run `make docs`"


def test_the_command_writes_the_page_to_a_file_or_prints_it(tmp_path: Path) -> None:
    page = tmp_path / "features.md"
    assert CliRunner().invoke(features_group, ["show", "--markdown", str(page)], obj=Home(tmp_path)).exit_code == 0
    assert page.read_text(encoding="utf-8") == markdown()
    assert CliRunner().invoke(features_group, ["show", "--markdown"], obj=Home(tmp_path)).output == markdown()


def _score(tables: EventTables) -> float:
    asked = pa.table({"customer_id": ["a"], "at": pa.array([day(100)], pa.timestamp("us"))})
    return float(features_at(tables, asked)["dissatisfaction"][0].as_py())


def _talk(number: int, **told: object) -> dict[str, object]:
    plain = {
        "interaction_id": f"i{number}",
        "customer_id": "a",
        "started_at": day(94 + number),
        "channel": "voice",
        "contact_reason": "limit",
    }
    return plain | told


def test_the_silent_unhappy_score_higher_than_the_content() -> None:
    content = [_talk(number, wait_seconds=5.0, resolved=True, contact_reason=f"r{number}") for number in range(4)]
    unhappy = [_talk(number, wait_seconds=300.0, transfers=2, resolved=False, sentiment=-0.5) for number in range(4)]
    assert _score(FakeTables({"contacts": unhappy})) > 0.6 > 0.3 > _score(FakeTables({"contacts": content}))
