"""A simulated card centre to run policies in: its past, its people, its playbook, ready to decide with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from features.build import build, materialize
from features.clock import ClockKind, WallClock, open_clock
from features.compact import open_reader
from features.customer import CustomerReader
from features.events.ingest import ingest_files, ingest_rows_as_lived
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.refresh import refresh
from features.simulator.truth import Truth
from features.simulator.words import ACTION_IDS
from features.simulator.world import simulate
from playbooks.load import default_book, load_playbook
from playbooks.render import Renderer
from playbooks.schema.playbook import Playbook
from serving.decision.book import CompiledBook
from training.fit import fit
from training.saved import SavedScorer
from training.train import kinds_of, windows_of
from training.training_set import TrainingSet, training_set


@dataclass(slots=True)
class Centre:
    """One world, lived until its end."""

    home: Home
    truth: Truth
    playbook: Playbook
    book: CompiledBook
    customers: CustomerReader
    seed: int

    @classmethod
    def open(cls, folder: Path, customers: int, months: int, seed: int) -> "Centre":
        """Simulate, ingest, build and materialize. Actions of the playbook that the world knows nothing of are left out."""
        home, lake = Home(folder), Lake(Home(folder))
        simulate(folder / "world", customers, months, seed)
        for table in TABLES:
            ingest_files(lake, table, [folder / "world" / f"{table}.parquet"], now=WallClock().now())
        at = open_clock(ClockKind.DATA, lake.newest_event).now()
        build(home, at)
        materialize(home, at)
        whole = load_playbook(default_book())
        playbook = replace(whole, actions={name: action for name, action in whole.actions.items() if name in ACTION_IDS})
        reader = open_reader(home)
        book = CompiledBook.of(playbook, reader.schema, Renderer(playbook))
        return cls(home, Truth(customers, months, seed), playbook, book, reader, seed)

    def labelled(self) -> TrainingSet:
        """What the tables teach at their newest event."""
        lake = Lake(self.home)
        return training_set(lake, windows_of(self.playbook), open_clock(ClockKind.DATA, lake.newest_event).now())

    def train(self) -> SavedScorer:
        """A model as `playcall train` fits it, on all that is known."""
        return fit(self.labelled(), self.seed, kinds=kinds_of(self.playbook)).scorer

    def bring(self, proposals: Sequence[dict[str, object]], outcomes: Sequence[dict[str, object]]) -> None:
        """A round's news to the tables, and its customers to the online store."""
        lake, now = Lake(self.home), WallClock().now()
        ingest_rows_as_lived(lake, "proposals", proposals, now=now)
        ingest_rows_as_lived(lake, "outcomes", outcomes, now=now)
        at = open_clock(ClockKind.DATA, lake.newest_event).now()
        refresh(self.home, sorted({str(row["customer_id"]) for row in proposals}), at)
