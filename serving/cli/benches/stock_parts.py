"""The same decision built from stock parts: Feast's SDK reads the customer from its SQLite store, mlflow.pyfunc scores a pandas frame of the candidates."""

import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from feast import FeatureStore, RepoConfig

from features.clock import WallClock
from features.customer import CustomerFeatures, FeatureSchema
from features.home import Home
from features.online_repo import defined_views
from features.online_views import customer
from serving.app import create_app
from serving.bootstrap import with_courier
from serving.cli.benches.decision_workers import service_of
from serving.cli.benches.worker_processes import serve_on
from serving.decision.decide import Decider, Models
from serving.ids import Ids
from training.registry import CHAMPION, MODEL, Registry
from training.saved import SavedScorer
from training.scorer import Scores
from training.talk import Talk

LONG_AGO = timedelta(days=3_650)


class StockReader:
    """The contract's features by Feast's own online store and SDK. The history of contacts is no feature: the records tell it, as ever."""

    def __init__(self, home: Home, schema: FeatureSchema) -> None:
        self.schema = schema
        views = defined_views(home)
        self._store = FeatureStore(config=_stock(home))
        self._store.apply([customer, *views])
        self._store.materialize(WallClock().now() - LONG_AGO, WallClock().now() + LONG_AGO)
        here = {*schema.numbers, *schema.texts}
        self._asked = [f"{view.name}:{field.name}" for view in views for field in view.features if field.name in here]

    def read(self, customer_id: str, at: datetime) -> CustomerFeatures:  # noqa: ARG002 (the port's signature)
        said = self._store.get_online_features(self._asked, [{"customer_id": customer_id}]).to_dict()
        numbers = [said.get(name, [None])[0] for name in self.schema.numbers]
        texts = tuple(said.get(name, [None])[0] for name in self.schema.texts)
        known = any(number is not None for number in numbers)
        return CustomerFeatures(customer_id, known, self.schema, np.array(numbers, dtype=np.float64), texts)


class StockScorer:
    """The champion as MLflow's pyfunc over a frame, a row a candidate. own: the same model, which lays out the rows and knows the evidence."""

    def __init__(self, home: Home, own: SavedScorer) -> None:
        mlflow.set_tracking_uri(f"sqlite:///{home.mlflow_database}")
        self._model = mlflow.pyfunc.load_model(f"models:/{MODEL}@{CHAMPION}")
        self._own, self.version = own, own.version

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        frame = pd.DataFrame(self._own.columns.rows(customer, talk, action_ids), columns=list(self._own.columns.names))
        evidence = [self._own.evidence.get(action, 0) for action in action_ids]
        return Scores(np.asarray(self._model.predict(frame), dtype=np.float64), np.array(evidence, dtype=np.float64))

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        return self._own.contributions(customer, talk, action_id, top)


def serve_stock(home: Path, listening: socket.socket) -> None:
    """The whole service, its policies, words and records as they are, with the two parts exchanged."""
    service = service_of(home)
    reader = StockReader(service.settings.home, service.customers.schema)
    models = Models(StockScorer(service.settings.home, Registry(service.settings.home).load(CHAMPION)))
    service.decider = Decider(service.books.of, reader, lambda: models, service.history, Ids("dec"), service.styles.of)
    serve_on(listening, create_app(with_courier(service)))


def _stock(home: Home) -> RepoConfig:
    return RepoConfig(
        project="stock",
        provider="local",
        registry=str(home.root / "stock_registry.db"),
        online_store={"type": "sqlite", "path": str(home.root / "stock_online.db")},
        offline_store={"type": "duckdb"},
        entity_key_serialization_version=3,
    )
