"""The bank's real phone campaigns go the same way as everything else: ingest, build, train, promote, materialize, serve."""

import gzip
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from needs import missing
from verbs import run

from serving.app import create_app
from serving.bootstrap import bootstrap
from serving.settings import read_settings

FILE = Path(__file__).parents[2] / "../shared/data/bank-marketing/train.csv.gz"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory) -> Path:
    if not FILE.exists():
        missing(f"{FILE} is not there, so nothing is tested on a real campaign; put it there")
    folder = tmp_path_factory.mktemp("campaign")
    header, *rows = gzip.decompress(FILE.read_bytes()).decode().splitlines()
    (folder / "known.csv").write_text("\n".join([header, *rows[:6000]]))
    without_answer = ["".join(line.rsplit(";", 1)[0]) for line in (header, *rows[6000:6020])]
    (folder / "to_decide.csv").write_text("\n".join(without_answer))
    return folder


def test_real_customers_are_learned_from_and_decided(campaign):
    home = campaign / "home"
    run(home, "ingest", "--adapter", "bank-marketing", str(campaign / "known.csv"))
    run(home, "ingest", "--adapter", "bank-marketing", "--first-row", "6001", str(campaign / "to_decide.csv"))
    run(home, "features", "build", "--clock", "data")
    said = run(home, "train", "--clock", "data", "--json")
    trained = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
    assert trained["labels"] == 6000
    run(home, "promote", "--clock", "data")
    run(home, "features", "materialize", "--clock", "data")
    service = bootstrap(read_settings({"PLAYCALL_HOME": str(home), "PLAYCALL_CLOCK": "data"}))
    assert not [name for name in service.customers.schema.numbers if "duration" in name]
    with TestClient(create_app(service)) as client:
        key = json.loads((home / "keys.json").read_text())["agent"]
        body = {"interaction_id": "bm", "customer_id": "bm-006001", "channel": "voice", "direction": "outbound", "limit": 10}
        answer = client.post("/v1/decisions", json=body, headers={"Authorization": f"Bearer {key}"}).json()
    assert "customer_unknown" not in answer["degraded"]
    offered = {action["action_id"]: action for action in answer["actions"]}
    assert offered["term_deposit"]["evidence"] == 5400, "the nine tenths the model learned from"
