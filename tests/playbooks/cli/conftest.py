"""The verbs as they are typed, at a desk that knows two features and stands in 2026."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from playbooks.cli.desk import Desk
from playbooks.versions.folder import Folder
from playbooks.versions.shelf import Shelf

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    known = frozenset({"customer.marketing_consent", "customer.spend_90d"})
    return Desk(lambda: known, lambda: NOW, lambda book: Shelf(Folder(tmp_path / "shelf" / book)))


@pytest.fixture
def typed(desk: Desk) -> Callable[..., Result]:
    def call(verb: click.Command, *arguments: object) -> Result:
        return CliRunner().invoke(verb, [str(argument) for argument in arguments], obj=desk)

    return call
