"""Persons are dealt to machines by a stable hash: each to one, with all that was proposed to any of their ids."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from features.share import Share, dealt, keep_share

START = datetime(2026, 1, 1, tzinfo=UTC)
CUSTOMERS, PARTS = 200, 3
MERGED = {"c7": "c100", "c150": "c100", "c8": "c9"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Lake:
    lake = Lake(Home(tmp_path_factory.mktemp("dealt")))
    keys = [{"decision_id": f"d{number}", "action_id": "a"} for number in range(CUSTOMERS)]
    talks = [{"customer_id": f"c{number}", "interaction_id": f"i{number}", "channel": "app"} for number in range(CUSTOMERS)]
    proposals = [key | talk | {"proposed_at": START} for key, talk in zip(keys, talks, strict=True)]
    outcomes = [key | {"outcome": "accepted", "occurred_at": START + timedelta(minutes=1)} for key in keys]
    same = [{"kind": "customer_id", "value": one, "customer_id": other, "verified_at": START} for one, other in MERGED.items()]
    for table, rows in (("proposals", proposals), ("outcomes", outcomes), ("identities", same)):
        assert not ingest_rows(lake, table, rows, known_at=START).quarantined
    return lake


def held(lake: Lake, share: Share) -> tuple[set[str], set[str]]:
    """The customers whose proposals the share holds, and the decisions whose outcomes."""
    with lake.connect() as connection:
        keep_share(connection, lake.persons(), share)
        customers = connection.execute("SELECT customer_id FROM proposals").fetchall()
        decisions = connection.execute("SELECT decision_id FROM outcomes").fetchall()
    return {customer for (customer,) in customers}, {decision for (decision,) in decisions}


def test_every_proposal_is_in_one_share_and_its_outcome_with_it(lake):
    shares = [held(lake, share) for share in dealt(PARTS)]
    assert sum(len(customers) for customers, _ in shares) == CUSTOMERS
    for customers, decisions in shares:
        assert {customer.replace("c", "d") for customer in customers} == decisions
        assert len(customers) == pytest.approx(CUSTOMERS / PARTS, rel=0.3)


def test_the_ids_of_one_person_lie_in_one_share(lake):
    for customers, _ in (held(lake, share) for share in dealt(50)):
        for together in ({"c7", "c150", "c100"}, {"c8", "c9"}):
            assert together <= customers or not together & customers


def test_the_hash_is_no_secret_of_one_version_or_machine(lake):
    customers, _ = held(lake, Share(0.0, 0.25))
    alone = {f"c{number}" for number in range(CUSTOMERS)} - {*MERGED, *MERGED.values()}
    assert customers & alone == {one for one in alone if md5_share(one) < 0.25}


def md5_share(customer: str) -> float:
    """The first eight bytes of the MD5, the last first, as a share of all there are."""
    return (int.from_bytes(hashlib.md5(customer.encode()).digest()[:8], "little") >> 32) / 2**32
