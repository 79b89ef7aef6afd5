"""Which book the verbs that a person starts work with: one answer for train, promote, evaluate, drift, replay, batch, export and demo."""

from dataclasses import replace
from pathlib import Path

from features.clock import WallClock
from playbooks.load import default_book, load_playbook
from playbooks.schema.playbook import Playbook
from playbooks.versions.ruling import ruling_book
from serving.records.keys import DEFAULT_TENANT
from serving.settings import Settings
from serving.shelves import shelf_of


def chosen_book(settings: Settings, folder: Path | None, tenant: str | None = None) -> Playbook:
    """`--playbook DIR`: the folder as it stands. Without it the tenant's published version in effect now, else the tenant's default book.

    tenant None: whose home PLAYCALL_HOME is. Raises PlaybookInvalid: a broken book stops a verb, no kept copy stands in.
    """
    if folder is not None:
        return load_playbook(folder)
    whose = tenant or settings.home.of_tenant or DEFAULT_TENANT
    own = settings_of(settings, whose)
    return ruling_book(own.playbook or default_book(), lambda book: shelf_of(own, whose, book), WallClock().now())


def settings_of(settings: Settings, tenant: str) -> Settings:
    """The settings for one tenant. A further tenant's models and playbook are nobody else's: neither the shared MLflow server nor the folder named for all is theirs."""
    if tenant == DEFAULT_TENANT:
        return settings
    home = settings.home if settings.home.of_tenant == tenant else settings.home.tenant(tenant)
    return replace(settings, home=home, mlflow_uri=None, playbook=home.book if home.book.is_dir() else None)
