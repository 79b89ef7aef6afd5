"""Keys are seen once and can be taken back; a tenant gets a home and keys of its own."""

import json

import pytest
from click.testing import CliRunner

from features.home import Home
from serving.bootstrap import open_records
from serving.cli.main import playcall
from serving.records.keys import hashed, principals
from serving.settings import read_settings


@pytest.fixture
def run(tmp_path):
    def call(*arguments: str, fails: bool = False):
        done = CliRunner(env={"PLAYCALL_HOME": str(tmp_path)}).invoke(playcall, arguments)
        assert (done.exit_code != 0) is fails, done.output
        return done

    return call


def known(tmp_path):
    store = open_records(read_settings({"PLAYCALL_HOME": str(tmp_path)}))
    try:
        return principals(store)
    finally:
        store.close()


def test_a_key_is_printed_once_and_kept_as_a_hash(run, tmp_path):
    key = run("keys", "give", "agent", "--name", "desk-7", "--certificate", "insurance").output.strip()
    assert key.startswith("pc_")
    principal = known(tmp_path)[hashed(key)]
    assert (principal.key_id, principal.tenant, principal.role, principal.certificates) == ("desk-7", "default", "agent", {"insurance"})
    assert key.encode() not in (tmp_path / "records.db").read_bytes()
    (listed,) = json.loads(run("keys", "list", "--json").output)
    assert (listed["name"], listed["certificates"], listed["revoked_at"]) == ("desk-7", ["insurance"], None)


def test_a_revoked_key_is_known_to_nobody_and_still_listed(run, tmp_path):
    key = run("keys", "give", "agent", "--name", "desk-7").output.strip()
    run("keys", "revoke", "desk-7")
    assert hashed(key) not in known(tmp_path)
    assert "revoked" in run("keys", "list").output
    assert "no key 'desk-7' in use" in str(run("keys", "revoke", "desk-7", fails=True).exception)


def test_two_keys_of_one_tenant_are_told_apart_by_name(run):
    run("keys", "give", "agent", "--name", "desk-7")
    assert "desk-7" in str(run("keys", "give", "manager", "--name", "desk-7", fails=True).exception)


def test_a_tenant_gets_a_home_and_keys_of_its_own(run, tmp_path):
    run("tenant", "add", "acme")
    assert json.loads(run("tenant", "list", "--json").output) == ["default", "acme"]
    theirs = json.loads(Home(tmp_path).tenant("acme").keys.read_text())
    assert {known(tmp_path)[hashed(key)].tenant for key in theirs.values()} == {"acme"}
    run("tenant", "add", "acme")
    assert json.loads(Home(tmp_path).tenant("acme").keys.read_text()) == theirs


@pytest.mark.parametrize("name", ["default", "../elsewhere", "Acme", "", "a/b", "."])
def test_a_name_that_could_lead_elsewhere_is_refused(run, name):
    run("tenant", "add", name, fails=True)


def test_no_key_for_a_tenant_that_is_not_there(run):
    assert "playcall tenant add nobody" in run("keys", "give", "agent", "--name", "x", "--tenant", "nobody", fails=True).output
