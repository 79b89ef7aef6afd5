"""What if: how long a draft takes against the logged moments, beside the book that rules, in as many processes as the machine has cores."""

import tempfile
from dataclasses import replace
from pathlib import Path

from features.home import Home
from playbooks.load import default_book, load_playbook
from playbooks.schema.playbook import Playbook
from serving.api.answer import decision_bytes
from serving.bootstrap import bootstrap
from serving.cli.benches.decision import furnish
from serving.cli.playbook_parts import simulate_log
from serving.decision.moment import Moment, Scene
from serving.records.decisions import decision_lines
from serving.records.interactions import opening_line
from serving.records.keys import DEFAULT_TENANT
from serving.records.writer import Work
from serving.service import Service
from serving.settings import Settings, read_settings

CUSTOMERS = 2_000
MOMENTS = 100_000
REASONS = ("bill_query", "limit", "points_query", "repayment", "travel_notice")
_GROUP = 100


def measure(train: Path | None, test: Path | None) -> dict[str, object]:  # noqa: ARG001 (the benches' one signature)
    """The contract's 100,000 moments of the card book. Takes no file."""
    with tempfile.TemporaryDirectory(prefix="playcall-bench-") as folder:
        return run(Home(Path(folder) / "home"), CUSTOMERS, MOMENTS)


def run(home: Home, customers: int, moments: int) -> dict[str, object]:
    """seconds: by the clock, processes started and books compiled included."""
    furnish(home, customers)
    settings = read_settings({"PLAYCALL_HOME": str(home.root), "PLAYCALL_CLOCK": "data"})
    _log(settings, customers, moments)
    live = load_playbook(default_book())
    found = simulate_log(settings, live, _draft(live), moments, lambda _: None)
    return {"moments": found.live.moments, "changed": found.changed, "seconds": round(found.seconds, 1)}


def _log(settings: Settings, customers: int, moments: int) -> None:
    service = bootstrap(settings)
    try:
        service.reload_models()
        for start in range(0, moments, _GROUP):
            works = [_decided(service, number, customers) for number in range(start, min(start + _GROUP, moments))]
            failed = next((error for error in service.writer.commit(works) if error is not None), None)
            if failed is not None:
                raise failed
    finally:
        service.store.close()


def _decided(service: Service, number: int, customers: int) -> Work:
    scene = Scene(contact_reason=REASONS[number % len(REASONS)], resolved=True, sentiment=0.1)
    customer_id = f"c{number % customers + 1:06d}"
    moment = Moment(DEFAULT_TENANT, f"bench-{number}", customer_id, "voice", "inbound", service.clock.now(), "zh-CN", scene=scene)
    decision = service.decider.decide(moment)
    return Work([opening_line(decision, moment), *decision_lines(decision, decision_bytes(decision), moment.contact, "bench")])


def _draft(live: Playbook) -> Playbook:
    """The live book with every action of one group worth a fifth more."""
    group = next(iter(live.groups))
    worth = {name: replace(one, value=one.value * 1.2) if one.group == group else one for name, one in live.actions.items()}
    return replace(live, version="draft", actions=worth)
