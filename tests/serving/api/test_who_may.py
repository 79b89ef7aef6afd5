"""Every route x every role x every tenant, found by looking at the application itself: a new route without a permission fails here."""

import json
from datetime import UTC, datetime
from itertools import product

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from serving.access.permissions import ALLOWED, Permission, Role
from serving.api.auth import May

PUBLIC = {"/healthz", "/readyz", "/metrics"}
STRANGER = "acme"


@pytest.fixture
def two_tenants(home, open_desk):
    """The installation's own tenant with a customer, a talk that ended and a draft; and a second one that has none of them."""
    other = Home(home).tenant(STRANGER)
    ingest_rows(
        Lake(other), "customers", [{"customer_id": "z1", "updated_at": "2026-01-01T00:00:00Z"}], known_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    desk = open_desk()
    decision = desk.decide()
    draft = desk.post("/v1/playbooks/drafts", {}, role="manager").json()
    desk.post("/v1/interactions/talk/end", {})
    places = {"decision_id": decision["decision_id"], "interaction_id": "talk", "customer_id": "c001", "draft_id": draft["draft_id"]}
    return desk, places | {"name": "playbook.yaml", "number": "1"}


def keys_of_acme(home) -> dict[str, str]:
    return json.loads(Home(home).tenant(STRANGER).keys.read_text())


def routes(app):
    """(method, path, permission or None) of everything that can be asked."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route if hasattr(context, "original_route") else context
        if isinstance(route, APIRoute):
            for method in route.methods:
                yield method, route.path, permission_of(route.dependant)


def permission_of(dependant) -> Permission | None:
    if isinstance(dependant.call, May):
        return dependant.call.permission
    return next((found for inner in dependant.dependencies if (found := permission_of(inner))), None)


def test_the_walk_finds_the_whole_application(desk):
    paths = {path for _, path, _ in routes(desk.client.app)}
    documented = set(desk.client.get("/openapi.json").json()["paths"])
    plain = {path.replace(":path}", "}") for path in paths}
    assert documented == plain
    assert len(paths) > 25


def test_no_route_is_without_a_permission_but_the_three_for_machines(desk):
    assert {path for _, path, permission in routes(desk.client.app) if permission is None} == PUBLIC


def test_every_permission_is_for_somebody_and_admin_may_everything():
    assert set(ALLOWED) == set(Permission)
    assert all(Role.ADMIN in roles for roles in ALLOWED.values())
    assert Role.OUTSOURCED_AGENT not in ALLOWED[Permission.READ_RECORD]
    assert ALLOWED[Permission.READ_AUDIT] == {Role.AUDITOR, Role.ADMIN}


def ask(desk, method: str, path: str, places: dict[str, str], key: str | None):
    address = path.replace("{name:path}", places["name"]).format(**places)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return desk.client.request(method, address, headers=headers, json={} if method in {"POST", "PUT"} else None)


def test_every_route_answers_every_role_as_the_table_says(two_tenants):
    desk, places = two_tenants
    wrong = []
    for (method, path, permission), role in product(sorted(routes(desk.client.app), key=str), Role):
        if permission is None:
            continue
        answer = ask(desk, method, path, places, desk.keys[role])
        refused = answer.status_code == 403 and "insufficient_scope" in answer.headers.get("www-authenticate", "")
        if refused is (role in ALLOWED[permission]) or answer.status_code in {401, 405} or answer.status_code >= 500:
            wrong.append(f"{method} {path} as {role}: {answer.status_code} {answer.text[:80]}")
    assert not wrong, "\n".join(wrong)


def test_nobody_gets_anywhere_without_a_key_or_with_a_wrong_one(two_tenants):
    desk, places = two_tenants
    for method, path, permission in routes(desk.client.app):
        if permission is None:
            assert ask(desk, method, path, places, None).status_code == 200
            continue
        for key in (None, "pc_wrong", "a.b.c"):
            answer = ask(desk, method, path, places, key)
            assert answer.status_code == 401, f"{method} {path}"
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert ("invalid_token" in answer.headers["www-authenticate"]) is (key is not None)
            assert answer.headers["content-type"] == "application/problem+json"


def test_no_role_of_another_tenant_reaches_anything_of_ours(two_tenants, home):
    desk, places = two_tenants
    keys = keys_of_acme(home)
    reached = []
    for (method, path, permission), role in product(sorted(routes(desk.client.app), key=str), Role):
        if permission is None or not (
            {"decision_id", "interaction_id", "customer_id", "draft_id"} & {name for name in places if f"{{{name}}}" in path}
        ):
            continue
        answer = ask(desk, method, path, places, keys[role])
        if answer.status_code not in {403, 404, 422}:
            reached.append(f"{method} {path} as {role} of {STRANGER}: {answer.status_code} {answer.text[:80]}")
    assert not reached, "\n".join(reached)


def test_lists_and_figures_of_one_tenant_hold_nothing_of_the_other(two_tenants, home):
    desk, _ = two_tenants
    keys = keys_of_acme(home)

    def theirs(path: str, role: str) -> str:
        return desk.client.get(path, headers={"Authorization": f"Bearer {keys[role]}"}).text

    assert '"drafts":[]' in theirs("/v1/playbooks/drafts", "manager")
    assert '"presented":0' in theirs("/v1/insights/actions", "manager")
    assert "demo-" not in theirs("/v1/insights/audit", "auditor")
    assert 'tenant="default"' not in theirs("/metrics", "auditor")
    assert 'tenant="acme"' in theirs("/metrics", "auditor")
    assert "tenant=" not in desk.client.get("/metrics").text
    assert desk.get("/v1/customers/z1").status_code == 404


def test_the_same_customer_id_in_two_tenants_is_two_people(two_tenants, home):
    desk, _ = two_tenants
    keys = keys_of_acme(home)
    body = {"interaction_id": "talk", "customer_id": "c001", "channel": "voice", "scene": {"resolved": True}}
    answer = desk.client.post("/v1/decisions", json=body, headers={"Authorization": f"Bearer {keys['agent']}"}).json()
    assert "customer_unknown" in answer["degraded"]
    assert "customer_unknown" not in desk.decide("another")["degraded"]
