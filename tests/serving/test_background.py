"""What goes on beside the requests goes on, whatever befalls a step of it."""

import shutil
import threading
import time
from datetime import UTC, datetime

from small_home import open_service, opened

from features.home import Home
from serving.records.outbox import waiting_lines
from serving.records.tables import OUTBOX
from serving.service import GATHERING_SECONDS
from training.registry import Registry

WAITING = {"tenant": "default", "subject": "d1", "known_at": datetime(2026, 3, 10, tzinfo=UTC)}


class FallingOver(Registry):
    """A registry that fails in a way nobody foresaw, and is asked again."""

    asked = 0

    def alias_version(self, alias: str) -> str | None:
        self.asked += 1
        if self.asked == 1:
            raise SystemError("unforeseen")
        ASKED_AGAIN.set()
        return super().alias_version(alias)


ASKED_AGAIN = threading.Event()


def test_a_step_that_fails_in_an_unforeseen_way_is_tried_again(blank_home, tmp_path, caplog):
    shutil.copytree(blank_home.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    service = open_service(home)
    service.registry = FallingOver(home)
    with opened(service) as client:
        assert ASKED_AGAIN.wait(20)
        assert client.get("/readyz").status_code == 200
    service.store.close()
    assert "the background step failed and is tried again" in caplog.text


def test_decisions_alone_gather_and_an_outcome_takes_them_along(blank_home, tmp_path):
    shutil.copytree(blank_home.root, tmp_path / "home")
    service = open_service(Home(tmp_path / "home"))
    service.delivered_at = time.monotonic()
    with service.store.transaction() as connection:
        connection.execute(OUTBOX.insert(), WAITING | {"kind": "decision"})
    service.deliver_due()
    assert waiting_lines(service.store) == 1, "within the time they gather"
    service.delivered_at -= GATHERING_SECONDS
    service.deliver_due()
    assert waiting_lines(service.store) == 0
    with service.store.transaction() as connection:
        connection.execute(OUTBOX.insert(), WAITING | {"kind": "outcome", "subject": '["d1", "a", "accepted"]'})
    service.deliver_due()
    assert waiting_lines(service.store) == 0
    service.store.close()
