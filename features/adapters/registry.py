"""The foreign files we read, by name. An adapter turns a path and the number of its first row into our event tables."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from features.adapters import bank_marketing, cdnow, credit_card_default
from features.adapters.fetching import fetch_bank_marketing


@dataclass(frozen=True, slots=True)
class Adapter:
    """adapt: one file as tables, in the order they are ingested. fetch: the same without a file, where there is a public source."""

    name: str
    adapt: Callable[[Path, int], dict[str, pa.Table]]
    fetch: Callable[[int], dict[str, pa.Table]] | None = None


ADAPTERS: dict[str, Adapter] = {
    adapter.name: adapter
    for adapter in (
        Adapter(bank_marketing.NAME, bank_marketing.adapt, fetch_bank_marketing),
        Adapter(cdnow.NAME, cdnow.adapt),
        Adapter(credit_card_default.NAME, credit_card_default.adapt),
    )
}
