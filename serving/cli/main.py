"""playcall: the verbs of all packages in one command. A verb is imported when it is asked for: some need libraries that load for seconds."""

import importlib
import sys
from dataclasses import dataclass

import click

from features.errors import PlaycallError
from playbooks.cli.chosen import choose_with
from playbooks.errors import PlaybookError
from serving.settings import read_settings
from training.errors import NotPromoted


@dataclass(frozen=True, slots=True)
class Verb:
    """Where a verb is made, and what `playcall --help` says of it."""

    module: str
    command: str
    short_help: str


VERBS = {
    "demo": Verb("serving.cli.demo", "demo_command", "A simulated card centre, from the first event to a served decision."),
    "simulate": Verb("features.cli.simulate", "simulate_command", "Write the event tables of a simulated card centre."),
    "ingest": Verb("features.cli.ingest", "ingest_command", "Bring event tables into the lake."),
    "features": Verb("features.cli.features", "features_group", "Build, bring online, show and check the features."),
    "train": Verb("training.cli.train", "train_command", "Train a challenger and register it."),
    "evaluate": Verb("training.cli.evaluate", "evaluate_command", "Hold the model beside its peers on the newest slice."),
    "promote": Verb("training.cli.promote", "promote_command", "Make the challenger champion if it is not worse."),
    "drift": Verb("training.cli.drift", "drift_command", "Is the champion still right? Drift, calibration, ranking."),
    "replay": Verb("training.cli.replay", "replay_command", "Say from a log what another policy would have brought."),
    "playbook": Verb("serving.cli.playbook", "playbook_group", "Check, read, compare and publish what may be said."),
    "serve": Verb("serving.cli.serve", "serve_command", "Serve decisions over HTTP."),
    "tenant": Verb("serving.cli.tenant", "tenant_group", "Further client companies, each with a home of its own."),
    "keys": Verb("serving.cli.keys", "keys_group", "API keys: give one out, list them, revoke one."),
    "export": Verb("serving.cli.export", "export_command", "Write decisions, outcomes and labels for other tools."),
    "erase": Verb("serving.cli.erase", "erase_command", "Take a person out of everything that is kept."),
    "retention": Verb("serving.cli.retention", "retention_command", "Forget records older than so many days."),
    "batch": Verb("serving.cli.batch", "batch_command", "Outbound lists: whom to contact, about what, where and when."),
    "bench": Verb("serving.cli.bench", "bench_command", "Measure beside peers, in one run."),
}


class Verbs(click.Group):
    """The table above as a click group."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 (click's signature)
        if cmd_name not in VERBS:
            return None
        verb = VERBS[cmd_name]
        command: click.Command = getattr(importlib.import_module(verb.module), verb.command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (click's signature)
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.short_help) for name, verb in VERBS.items()])


@click.group(cls=Verbs)
@click.pass_context
def playcall(context: click.Context) -> None:
    """The right play from the playbook, while the customer is still on the line.

    Everything a run makes is kept in PLAYCALL_HOME (default .playcall).
    """
    settings = read_settings()
    context.obj = settings.home
    limits = {"max_age_hours": settings.max_age_hours, "max_psi": settings.max_psi, "max_null_rise": settings.max_null_rise}
    choose_with(context, lambda folder: importlib.import_module("serving.chosen").chosen_book(settings, folder))
    # What a command asks for with an option, and the settings answer when the option is not given.
    watch = {
        "max_psi": settings.max_psi,
        "max_score_psi": settings.max_score_psi,
        "max_calibration_error": settings.max_calibration_error,
        "min_auc": settings.min_auc,
    }
    context.default_map = {"features": {"check": limits}, "drift": watch}


def main() -> None:
    """Exit codes: 0 done, 1 a check failed, 2 wrong use or bad input."""
    try:
        playcall()
    except NotPromoted as failed:
        click.echo(f"not promoted: {failed}", err=True)
        sys.exit(1)
    except (PlaycallError, PlaybookError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        if error.filename is None:
            raise
        click.echo(f"error: {error.filename}: {error.strerror}; check the path and who may use it", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
