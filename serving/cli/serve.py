"""playcall serve"""

from pathlib import Path

import click
import uvicorn
from uvicorn.supervisors import multiprocess

from features.clock import ClockKind
from features.home import Home
from serving.bootstrap import bootstrap
from serving.settings import read_settings, write_environment

WORKER_SILENT_SECONDS = 60  # uvicorn kills a worker that is silent for 5 s; on a busy machine one is still starting then.


class _Worker(multiprocess.Process):
    """uvicorn's, whose end of the line no one else holds open: the supervisor, waiting for a sign of life, hears at once that the worker was killed."""

    def start(self) -> None:
        super().start()
        self.child_conn.close()


def run(host: str, port: int, workers: int, playbook: Path | None, clock: str) -> None:
    """Serve until stopped. A broken playbook is refused here, before any worker starts."""
    write_environment(playbook, ClockKind(clock))
    bootstrap(read_settings()).store.close()
    multiprocess.Process = _Worker  # type: ignore[misc]  # uvicorn names no other way in.
    uvicorn.run(
        "serving.app:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        timeout_worker_healthcheck=WORKER_SILENT_SECONDS,
        log_level="warning",
        access_log=False,
    )


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--playbook", type=click.Path(path_type=Path), default=None, help="Folder of the playbook; default: the card book.")
@click.option("--clock", type=click.Choice([kind.value for kind in ClockKind]), default="now", show_default=True, help="What 'now' means.")
@click.pass_obj
def serve_command(home: Home, host: str, port: int, workers: int, playbook: Path | None, clock: str) -> None:
    """Answer agent desktops over HTTP.

    Example: playcall serve --port 8000 --clock data
    """
    click.echo(f"Serving {home.root} on http://{host}:{port} (docs at /docs); stop with Ctrl-C")
    run(host, port, workers, playbook, clock)
