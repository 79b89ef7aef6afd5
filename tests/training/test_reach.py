"""Who can be reached, where and when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from training.reach import PARTS, START, Reach

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
PEOPLE = ("early", "late", "stranger", "app_user", "hangs_up")


def _contact(
    number: int, customer: str, days: int, hour: int, *, channel: str = "voice", direction: str = "inbound", seconds: int = 300
) -> dict:
    """hour: of the day in Shanghai."""
    start = datetime(2026, 6, 1, hour, tzinfo=ZONE) - timedelta(days=days)
    return {
        "interaction_id": f"{customer}-{number}",
        "customer_id": customer,
        "started_at": start,
        "ended_at": start + timedelta(seconds=seconds),
        "channel": channel,
        "direction": direction,
    }


@pytest.fixture
def lake(tmp_path) -> Lake:
    rows = [_contact(n, "early", n + 1, 9) for n in range(12)] + [_contact(n, "late", n + 1, 20) for n in range(12)]
    rows += [_contact(n, "app_user", n + 1, 14, channel="app") for n in range(12)]
    found = Lake(Home(tmp_path))
    ingest_rows(found, "contacts", rows, known_at=AT)
    return found


def _learn(lake: Lake) -> Reach:
    return Reach.learn(lake, PEOPLE, ("voice", "app"), AT, ZONE)


def _of(reach: Reach, person: str, channel: str, part: str) -> float:
    return float(reach.probability[PEOPLE.index(person), reach.channels.index(channel), PARTS.index(part)])


def test_people_are_called_when_they_themselves_call(lake):
    reach = _learn(lake)
    assert _of(reach, "early", "voice", "morning") > 1.5 * _of(reach, "early", "voice", "evening")
    assert _of(reach, "late", "voice", "evening") > 1.5 * _of(reach, "late", "voice", "morning")


def test_people_are_found_on_the_channel_they_use(lake):
    reach = _learn(lake)
    assert _of(reach, "app_user", "app", "afternoon") > 1.3 * _of(reach, "stranger", "app", "afternoon")
    assert _of(reach, "early", "voice", "morning") > _of(reach, "app_user", "voice", "morning")


def test_of_somebody_nobody_knows_the_hours_of_all_are_assumed(lake):
    reach = _learn(lake)
    spread = [_of(reach, "stranger", "voice", part) for part in PARTS]
    assert max(spread) == pytest.approx(min(spread))


def test_a_log_of_successes_alone_says_nothing_of_failures(lake):
    """Survivorship: twenty talks and no attempt in vain on record, so the stated start stays."""
    before = _learn(lake)
    ingest_rows(lake, "contacts", [_contact(100 + n, "stranger", n + 1, 10, direction="outbound") for n in range(20)], known_at=AT)
    after = _learn(lake)
    assert after.known == frozenset()
    assert _of(after, "early", "voice", "morning") == _of(before, "early", "voice", "morning")


def test_attempts_in_vain_lower_the_channel_and_the_person(lake):
    before = _learn(lake)
    vain = [_contact(200 + n, "hangs_up", n % 80 + 1, 10, direction="outbound", seconds=5) for n in range(200)]
    ingest_rows(lake, "contacts", [*vain, _contact(900, "late", 3, 20, direction="outbound")], known_at=AT)
    after = _learn(lake)
    assert after.known == {"voice"}
    assert _of(after, "early", "voice", "morning") < 0.6 * _of(before, "early", "voice", "morning")
    assert _of(after, "hangs_up", "voice", "morning") < 0.5 * _of(after, "stranger", "voice", "morning")
    assert _of(after, "late", "voice", "evening") > _of(after, "stranger", "voice", "evening")


def test_every_figure_is_a_probability_and_the_future_is_not_seen(lake):
    reach = Reach.learn(lake, PEOPLE, ("voice", "app", "sms"), AT - timedelta(days=400), ZONE)
    assert ((reach.probability > 0) & (reach.probability < 1)).all()
    assert reach.probability[0, 2, 0] == pytest.approx(START["sms"])
