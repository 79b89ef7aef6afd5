"""`batch --engine ray`: the list that one process makes, to the last bit, made by others."""

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import ray
from click.testing import CliRunner, Result

from features.clock import ClockKind
from features.home import Home
from serving.bootstrap import bootstrap
from serving.cli import batch
from serving.decision.decide import Decider
from serving.errors import PlanError
from serving.outbound import engine_ray
from serving.settings import read_settings

RUN = "dec_0123456789ab0123456789abcdef0123"


@pytest.fixture(scope="module")
def cluster():
    """Two processors, whatever the machine has."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def run(home: Home, out: Path, *arguments: str) -> Result:
    asked = ["--clock", "data", "--no-record", "--agents", "0.5", "--out", str(out), "--json", *arguments]
    return CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(batch.batch_command, asked, obj=home)


def listed(home: Home, out: Path, *arguments: str) -> tuple[pa.Table, dict]:
    ran = run(home, out, *arguments)
    assert ran.exit_code == 0, ran.output + repr(ran.exception)
    return pq.read_table(out), json.loads(ran.stdout) | {"out": ""}


def test_the_list_is_the_same_to_the_last_bit_and_made_elsewhere(trained, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "new_run", lambda: RUN)
    here, report = listed(trained, tmp_path / "here.parquet")
    monkeypatch.setattr(engine_ray, "SHARE", 32)
    monkeypatch.setattr(Decider, "decide_all", not_here)
    there, again = listed(trained, tmp_path / "there.parquet", "--engine", "ray")
    assert here.num_rows > 20
    assert len(set(here["action_id"].to_pylist())) > 1
    assert there.schema == here.schema
    assert there.to_pylist().__repr__() == here.to_pylist().__repr__()
    assert again == report


def not_here(*_: object) -> None:
    raise AssertionError("decided in this process")


def test_a_worker_without_the_models_of_the_one_who_asks_does_not_decide_with_others(trained, cluster):
    service = bootstrap(replace(read_settings({"PLAYCALL_HOME": str(trained.root)}), clock=ClockKind.DATA))
    with pytest.raises(PlanError, match="a worker cannot load the model of version 77"):
        engine_ray.Decided(service.settings, service.tenant, service.playbook("default"), ("77", None), stale=False)
    service.store.close()


def test_without_ray_the_mend_is_named(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(batch.importlib.util, "find_spec", lambda name: None)
    refused = run(trained, tmp_path / "list.csv", "--engine", "ray")
    assert refused.exit_code == 2
    assert "pip install playcall[ray]" in refused.output
