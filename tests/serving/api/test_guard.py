"""Load is shed early, bodies have a bound, keys have a share, and whoever asks is in the audit trail."""

import asyncio
import json
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from serving.errors import RecordError
from serving.records.writer import Writer

GOOD = {"interaction_id": "talk", "customer_id": "c001", "channel": "voice", "scene": {"resolved": True}}


def test_one_key_over_its_share_is_told_to_wait_and_another_is_not(open_desk):
    desk = open_desk(PLAYCALL_RATE_LIMIT="3")
    answers = [desk.get("/v1/scripts") for _ in range(8)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 4 <= len(refused) <= 5
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert refused[0].headers["content-type"] == "application/problem+json"
    assert desk.get("/v1/scripts", role="manager").status_code == 200
    assert desk.client.get("/healthz").status_code == 200


def test_a_body_over_the_bound_is_refused_with_and_without_its_length_said(open_desk):
    desk = open_desk(PLAYCALL_BODY_LIMIT="2000")
    large = json.dumps(GOOD | {"scene": {"utterances": [{"speaker": "customer", "text": "x" * 3000}]}}).encode()
    headers = {"Authorization": f"Bearer {desk.keys['agent']}", "Content-Type": "application/json"}
    said = desk.client.post("/v1/decisions", content=large, headers=headers)
    unsaid = desk.client.post("/v1/decisions", content=(large[at : at + 500] for at in range(0, len(large), 500)), headers=headers)
    for answer in (said, unsaid):
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert "2,000 bytes" in answer.json()["detail"]
    assert desk.post("/v1/decisions", GOOD).status_code == 200


def test_what_a_worker_cannot_carry_is_shed_at_once_and_health_still_answers(open_desk, monkeypatch):
    desk = open_desk(PLAYCALL_IN_FLIGHT="2")
    guarded = desk.client.app
    real = Writer.write

    async def rush() -> tuple[list[httpx.Response], httpx.Response]:
        gate = asyncio.Event()

        async def slow(writer, work):
            await gate.wait()
            await real(writer, work)

        monkeypatch.setattr(Writer, "write", slow)
        transport = httpx.ASGITransport(guarded)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://t", headers={"Authorization": f"Bearer {desk.keys['agent']}"}
        ) as client:
            waiting = [asyncio.create_task(client.post("/v1/decisions", json=GOOD | {"interaction_id": f"t{n}"})) for n in range(6)]
            while sum(task.done() for task in waiting) < 4:
                await asyncio.sleep(0.001)
            alive = await client.get("/readyz")
            gate.set()
            return await asyncio.gather(*waiting), alive

    answers, alive = asyncio.run(rush())
    assert sorted(answer.status_code for answer in answers) == [200, 200, 503, 503, 503, 503]
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code == 503)
    assert alive.status_code == 200
    monkeypatch.undo()
    assert desk.post("/v1/decisions", GOOD).status_code == 200


def trail(desk, **query) -> list[dict]:
    desk.client.app.state.installation.audit.flush()
    answer = desk.client.get("/v1/insights/audit", params=query, headers={"Authorization": f"Bearer {desk.keys['auditor']}"})
    assert answer.status_code == 200, answer.text
    return answer.json()["entries"]


def test_the_trail_says_who_asked_what_in_which_role_and_how_it_ended(desk):
    decision = desk.decide()
    desk.get("/v1/customers/c001")
    desk.get("/v1/insights/audit")
    found = {(entry["deed"], entry["status"]): entry for entry in trail(desk)}
    read = found["GET /v1/customers/{customer_id}", 200]
    assert (read["principal"], read["role"], read["subject"]) == ("demo-agent", "agent", "c001")
    assert found["POST /v1/decisions", 200]["subject"] == decision["decision_id"]
    assert ("GET /v1/insights/audit", 403) in found
    assert [entry["status"] for entry in trail(desk, refused=True)] == [403]
    assert {entry["deed"] for entry in trail(desk, deed="POST /v1/dec")} == {"POST /v1/decisions"}
    assert {entry["principal"] for entry in trail(desk, who="demo-auditor")} == {"demo-auditor"}
    newest = trail(desk, limit=1)[0]["seq"]
    assert all(entry["seq"] < newest for entry in trail(desk, before=newest))


def test_a_customer_is_not_shown_when_the_trail_cannot_be_written(desk, monkeypatch):
    async def broken(_, work):
        raise RecordError("the disk is full")

    monkeypatch.setattr(Writer, "write", broken)
    answer = desk.get("/v1/customers/c001")
    assert answer.status_code == 503
    assert "c001" not in answer.text
    assert answer.headers["retry-after"]
    assert desk.get("/v1/scripts").status_code == 200


def test_the_trail_outlives_the_worker(open_desk):
    desk = open_desk()
    desk.get("/v1/customers/c002")
    again = open_desk()
    assert "c002" in {entry["subject"] for entry in trail(again)}


def test_a_token_outranks_the_certificates_a_request_claims(open_desk, tmp_path):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [json.loads(RSAAlgorithm.to_jwk(key.public_key())) | {"kid": "k"}]}))
    desk = open_desk(PLAYCALL_OIDC_ISSUER="https://id.example", PLAYCALL_OIDC_JWKS=str(tmp_path / "jwks.json"))
    told = {"iss": "https://id.example", "aud": "playcall", "sub": "anna", "exp": 4e9, "tenant": "default", "role": "agent"}

    def certificates_seen(**claims) -> list[str]:
        headers = {"Authorization": f"Bearer {jwt.encode(told | claims, key, 'RS256', headers={'kid': 'k'})}"}
        body = GOOD | {"agent": {"certificates": ["credit", "insurance"]}}
        answer = desk.client.post("/v1/decisions", json=body, headers=headers).json()
        auditor = {"Authorization": f"Bearer {desk.keys['auditor']}"}
        return desk.client.get(f"/v1/decisions/{answer['decision_id']}?whole=true", headers=auditor).json()["certificates"]

    assert certificates_seen() == []
    assert certificates_seen(certificates=["insurance"]) == ["insurance"]
    assert certificates_seen(certificates="insurance credit") == ["credit", "insurance"]
    assert (
        desk.client.get(
            "/v1/scripts",
            headers={"Authorization": f"Bearer {jwt.encode(told | {'tenant': 'nobody'}, key, 'RS256', headers={'kid': 'k'})}"},
        ).status_code
        == 403
    )


def test_keys_are_kept_as_hashes_and_a_revoked_one_is_refused(desk, home):
    for key in desk.keys.values():
        assert key.encode() not in (home / "records.db").read_bytes()
    gate = desk.client.app.state.installation.gate
    known = gate.read_keys()
    gate.read_keys = lambda: {name: who for name, who in known.items() if who.role != "agent"}
    ends = time.monotonic() + 20
    # A look at the keys that had begun before may still end after ours.
    while desk.get("/v1/scripts").status_code != 401 and time.monotonic() < ends:
        gate.refresh()
    assert desk.get("/v1/scripts").status_code == 401
    assert desk.get("/v1/scripts", role="manager").status_code == 200


@pytest.mark.parametrize("path", ["/v1/nothing", "/", "/v1/customers/"])
def test_an_unknown_path_is_counted_as_one(desk, path):
    assert desk.get(path).status_code in {404, 307}
    assert path not in [
        line.split('route="')[1].split('"')[0] for line in desk.client.get("/metrics").text.splitlines() if 'route="' in line
    ]
