"""The verbs as they are typed, at a desk that knows two features and stands in 2026."""

from collections.abc import Callable
from datetime import UTC, datetime

import click
import pytest
from click.testing import CliRunner, Result

from playbooks.cli.desk import Desk

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk() -> Desk:
    return Desk(lambda: frozenset({"customer.marketing_consent", "customer.spend_90d"}), lambda: NOW)


@pytest.fixture
def typed(desk: Desk) -> Callable[..., Result]:
    def call(verb: click.Command, *arguments: object) -> Result:
        return CliRunner().invoke(verb, [str(argument) for argument in arguments], obj=desk)

    return call
