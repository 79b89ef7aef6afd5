"""playcall playbook: the verbs of playbooks, given the features there are and the clock."""

import importlib

import click

from features.clock import WallClock
from features.compact import open_reader
from features.customer import FeatureSchema
from features.home import Home
from features.schema import schema_of
from features.views import VIEWS
from playbooks.cli.desk import Desk
from playbooks.cli.diff import diff_command
from playbooks.cli.drafting import approve_command, draft_command
from playbooks.cli.lint import lint_command
from playbooks.cli.preview import preview_command
from playbooks.cli.publishing import history_command, publish_command, rollback_command
from playbooks.cli.schema import schema_command
from playbooks.cli.setting import set_command
from playbooks.load import default_book
from serving.chosen import settings_of
from serving.records.keys import DEFAULT_TENANT
from serving.settings import read_settings
from serving.shelves import shelf_of


class PlaybookVerbs(click.Group):
    """`simulate` decides, so it is imported when it is asked for: the other verbs answer at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), "simulate"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "simulate":
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module("serving.cli.playbook_simulate").simulate_command
        return command


@click.group("playbook", cls=PlaybookVerbs)
@click.pass_context
def playbook_group(context: click.Context) -> None:
    """Check, read, compare and publish what may be said."""
    home: Home = context.obj
    tenant = home.of_tenant or DEFAULT_TENANT
    settings = settings_of(read_settings(), tenant)
    first = settings.playbook or default_book()
    context.obj = Desk(lambda: known_fields(home), WallClock().now, lambda book: shelf_of(settings, tenant, book), first)


for verb in (
    lint_command,
    preview_command,
    diff_command,
    set_command,
    draft_command,
    approve_command,
    publish_command,
    rollback_command,
    history_command,
    schema_command,
):
    playbook_group.add_command(verb)


def known_fields(home: Home) -> frozenset[str]:
    """`customer.<name>` of every feature: those of the views, and of what this home has materialized."""
    schemas: list[FeatureSchema] = [schema_of(VIEWS)]
    if home.online.exists():
        schemas.append(open_reader(home).schema)
    return frozenset(f"customer.{name}" for schema in schemas for name in (*schema.numbers, *schema.texts))
