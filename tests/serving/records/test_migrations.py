"""The tables of a database and those the code expects are one and the same, whatever release wrote the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from serving.errors import RecordError
from serving.records import migrate as migration
from serving.records.decisions import find_decision
from serving.records.migrate import head, migrate
from serving.records.store import Store
from serving.records.tables import METADATA
from serving.records.why import read_why

OLD_DECISION = {
    **dict.fromkeys(("tenant", "interaction_id", "customer_id", "channel", "direction", "playbook_version", "assignment", "unit"), "old"),
    **{"decision_id": "d-old", "made_by": "k", "decided_at": 1, "expires_at": 2, "answer": '{"actions":[]}', "features": "{}"},
}


def _to(store: Store, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migration._FOLDER))
    with store.transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _insert_old(store: Store) -> None:
    names = ", ".join(OLD_DECISION)
    with store.transaction() as connection:
        connection.execute(text(f"INSERT INTO decisions ({names}) VALUES ({', '.join(':' + name for name in OLD_DECISION)})"), OLD_DECISION)


def test_models_and_migrations_agree(store):
    with store.reading.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []


def test_a_database_of_the_first_release_upgrades_and_keeps_its_records(database):
    store = Store(database)
    _to(store, "0001")
    _insert_old(store)
    migrate(store)
    kept = find_decision(store, "old", "d-old")
    assert kept.decided_at == datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    assert read_why(store, "old", "old", kept.why).ranking.action_ids == ()
    assert kept.ranked().propensity == ()
    store.close()


def test_a_database_made_before_revisions_were_written_down_is_taken_on(database):
    store = Store(database)
    _to(store, "0001")
    with store.transaction() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    _insert_old(store)
    migrate(store)
    assert find_decision(store, "old", "d-old").answer == '{"actions":[]}'
    store.close()


def test_workers_that_start_together_migrate_once(database):
    stores = [Store(database) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, stores))
    with stores[0].reading.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [head()]
    for store in stores:
        store.close()


def test_a_database_of_a_newer_release_is_left_alone(store):
    with store.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordError, match="9999, which a newer release wrote"):
        migrate(store)


def test_a_step_that_fails_leaves_the_old_tables(database, monkeypatch):
    store = Store(database)
    _to(store, "0001")
    monkeypatch.setattr("alembic.op.create_table", lambda *_: (_ for _ in ()).throw(RuntimeError("power cut")))
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(store)
    with store.reading.connect() as connection:
        assert "why" not in {column["name"] for column in inspect(connection).get_columns("decisions")}
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
    store.close()


def test_a_database_that_is_away_is_said_with_the_setting():
    gone = Store("postgresql+psycopg://postgres@127.0.0.1:1/none")
    with pytest.raises(RecordError, match="PLAYCALL_DATABASE_URL"):
        migrate(gone)
    gone.close()
