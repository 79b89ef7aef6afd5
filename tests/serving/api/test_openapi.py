"""Whatever a caller sends, within the schema or beside it, the answer is one of ours: never a 500, and every refusal a problem that is said."""

from pathlib import Path
from shutil import copytree
from types import SimpleNamespace

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from served import Served

from serving.bootstrap import bootstrap
from serving.settings import read_settings

ENDLESS = "/v1/interactions/{interaction_id}/events"
OURS = ("/v1/decisions", "/v1/outcomes", "/v1/interactions", "/v1/events")
MANY = settings(max_examples=30, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture(scope="module")
def anybody(furnished, tmp_path_factory):
    """A served home with one talk in it, and the key of an admin."""
    home = copytree(furnished, tmp_path_factory.mktemp("openapi") / "home")
    service = bootstrap(read_settings({"PLAYCALL_HOME": str(home)}))
    key = (home / "keys.json").read_text().split('"admin": "')[1].split('"')[0]
    with Served(SimpleNamespace(service=service)) as served:
        headers = {"Authorization": f"Bearer {key}"}
        asked = {"interaction_id": "talk", "customer_id": "c001", "channel": "voice"}
        decision = httpx.post(f"{served.url}/v1/decisions", json=asked, headers=headers).json()["decision_id"]
        yield SimpleNamespace(url=served.url, headers=headers, places={"interaction_id": "talk", "decision_id": decision})
    service.store.close()


@pytest.fixture(scope="module")
def operations(anybody):
    described = schemathesis.openapi.from_url(f"{anybody.url}/openapi.json").exclude(path=ENDLESS)
    found = [operation.ok() for operation in described.get_all_operations()]
    return [operation for operation in found if operation.path.startswith(OURS)]


def test_no_request_whatever_it_holds_is_answered_with_a_fault_of_ours(operations, anybody):
    assert len(operations) >= 7
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            send_many(operation.as_strategy(generation_mode=mode), anybody)
    decisions = next(operation for operation in operations if operation.path == "/v1/decisions")
    answered = send_many(decisions.as_strategy(generation_mode=GenerationMode.POSITIVE), anybody, nearer)
    assert answered.count(200) > len(answered) / 2, "what the book declares and the schema cannot say, most requests get right here"


def nearer(case) -> None:
    """Name what the book declares, so that the rest of the request comes to be read."""
    body = case.body
    body |= {"channel": "voice", "customer_id": "c002"}
    for name in ("language", "at", "identity"):
        body.pop(name, None)
    if isinstance(body.get("scene"), dict):
        body["scene"] |= {"facts": {}, "contact_reason": None}


def send_many(cases, anybody, mend=lambda case: None) -> list[int]:
    answered = []

    @MANY
    @given(cases)
    def send(case):
        mend(case)
        places = {name: anybody.places[name] for name in case.path_parameters or {} if name in anybody.places}
        case.path_parameters = {**(case.path_parameters or {}), **places}
        response = case.call(headers=anybody.headers)
        case.validate_response(response, checks=[not_a_server_error])
        if response.status_code >= 400:
            assert response.headers["content-type"][0].startswith("application/problem+json")
            assert response.json()["detail"]
        answered.append(response.status_code)

    send()
    return answered


def test_every_route_stands_in_the_page_about_the_api(anybody):
    page = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    routes = httpx.get(f"{anybody.url}/openapi.json").json()["paths"]
    missing = [path for path in routes if f"{path}`" not in page]
    assert not missing, f"docs/api.md says nothing of {missing}"


def test_a_body_that_is_no_json_is_refused_and_said(anybody):
    for path in OURS[:2] + OURS[3:]:
        for body in (b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"a": 1e999}', b"nul"):
            answer = httpx.post(f"{anybody.url}{path}", content=body, headers=anybody.headers | {"Content-Type": "application/json"})
            assert answer.status_code in {400, 422}, (path, body[:10], answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
