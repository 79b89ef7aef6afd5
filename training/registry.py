"""The only file that speaks MLflow to the rest: runs, versions, aliases, and the last good model kept beside them."""

import logging
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.environment_variables import (
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR,
    MLFLOW_HTTP_REQUEST_MAX_RETRIES,
    MLFLOW_HTTP_REQUEST_TIMEOUT,
)
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from mlflow.pyfunc import save_model

from features.home import Home
from training.errors import NoModel, NotTrusted
from training.kept_models import keep, last_good, read, remember
from training.saved import SavedScorer
from training.signing import SIGNATURE, check, sign

MODEL = "propensity"
CHAMPION = "champion"
CHALLENGER = "challenger"
EXPERIMENT = "playcall"
LEARNED_UNTIL = "learned_until"
"""The parameter of a run that says when the newest proposal it learned from was made."""
_SQLITE_HEADER = 100
"""Bytes, with a counter that every commit raises: https://www.sqlite.org/fileformat.html#file_change_counter"""
_log = logging.getLogger(__name__)
# A handful of small files: a bar for each would bury what the commands say.
MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR.set(False)  # type: ignore[no-untyped-call]
# A registry that is away must not hold a service's start: MLflow's own seven retries last for minutes. Whoever sets them is heard.
if not MLFLOW_HTTP_REQUEST_MAX_RETRIES.is_set():  # type: ignore[no-untyped-call]
    MLFLOW_HTTP_REQUEST_MAX_RETRIES.set(1)  # type: ignore[no-untyped-call]
if not MLFLOW_HTTP_REQUEST_TIMEOUT.is_set():  # type: ignore[no-untyped-call]
    MLFLOW_HTTP_REQUEST_TIMEOUT.set(10)  # type: ignore[no-untyped-call]
logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Watched:
    """What aliases named when this was written."""

    written: bytes
    versions: tuple[str | None, ...]


@dataclass(slots=True)
class Registry:
    """Versions of the model `propensity`. `stale` is true when the last load came from the local copy because MLflow was away."""

    home: Home
    tracking_uri: str | None = None
    stale: bool = field(default=False, init=False)
    _watched: dict[tuple[str, ...], Watched] = field(default_factory=dict, init=False, repr=False)

    @property
    def _server(self) -> str | None:
        """The named tracking server, None where the registry is in the home."""
        return self.tracking_uri or self.home.mlflow_uri

    def client(self) -> MlflowClient:
        """A client of its own: MLflow's fluent functions keep one address per process, and a service may poll another home meanwhile."""
        self.home.root.mkdir(parents=True, exist_ok=True)
        uri = self._server or f"sqlite:///{self.home.mlflow_database.resolve()}"
        return MlflowClient(tracking_uri=uri, registry_uri=uri)

    def alias_version(self, alias: str) -> str | None:
        """The version the alias names, None when it names none."""
        try:
            return str(self.client().get_model_version_by_alias(MODEL, alias).version)
        except MlflowException as absent:
            _log.debug("no version has the alias %s: %s", alias, absent)
            return None

    def watch(self, *aliases: str) -> tuple[str | None, ...]:
        """The versions the aliases name, for who asks again and again: while the registry's file is as it was, MLflow is not asked."""
        written, known = self._written(), self._watched.get(aliases)
        if known is not None and known.written == written:
            return known.versions
        versions = tuple(self.alias_version(alias) for alias in aliases)
        self._watched.pop(aliases, None)
        # What is not there may only not have been readable just now.
        if written is not None and None not in versions:
            self._watched[aliases] = Watched(written, versions)
        return versions

    def _written(self) -> bytes | None:
        """Other bytes after every commit to the home's own registry; None where that cannot be told from a file."""
        if self._server is not None or self.home.mlflow_database.with_name(f"{self.home.mlflow_database.name}-wal").exists():
            return None
        try:
            with self.home.mlflow_database.open("rb") as file:
                return file.read(_SQLITE_HEADER)
        except OSError:
            return None

    def version_named(self, name: str) -> str | None:
        """The version of this alias, or of this number; None when the alias names none."""
        return name if name.isdecimal() else self.alias_version(name)

    def parameters(self, name: str) -> dict[str, str]:
        """What the run of this alias's version, or of the version of this number, noted; empty when there is none."""
        version, client = self.version_named(name), self.client()
        if version is None:
            return {}
        try:
            return dict(client.get_run(str(client.get_model_version(MODEL, version).run_id)).data.params)
        except MlflowException as absent:
            _log.debug("what version %s noted cannot be read: %s", version, absent)
            return {}

    def document(self, version: str, name: str) -> str | None:
        """A document that was logged with this version, None when its run has none of that name or cannot be read."""
        with tempfile.TemporaryDirectory() as fresh:
            try:
                client = self.client()
                run_id = str(client.get_model_version(MODEL, version).run_id)
                return Path(client.download_artifacts(run_id, name, fresh)).read_text(encoding="utf-8")
            except (MlflowException, OSError) as absent:
                _log.debug("version %s has no %s: %s", version, name, absent)
                return None

    def kept_document(self, version: str, name: str) -> str | None:
        """The same from beside the model's copy in the home, None when there is none."""
        found = next(iter(sorted(self.home.models.glob(f"*/{version}/{name}"))), None)
        return found.read_text(encoding="utf-8") if found else None

    def replace_document(self, version: str, name: str, text: str) -> None:
        """Write a document of this version anew, in its run and beside the model's copies in the home."""
        client = self.client()
        client.log_text(str(client.get_model_version(MODEL, version).run_id), text, name)
        for kept in self.home.models.glob(f"*/{version}/{name}"):
            kept.write_text(text, encoding="utf-8")

    def set_alias(self, alias: str, version: str) -> None:
        self.client().set_registered_model_alias(MODEL, alias, version)

    def load(self, alias: str) -> SavedScorer:
        """The model of this alias, from MLflow, or the last good copy when MLflow is away. Raises NoModel when there is neither."""
        kept = self.home.models / alias
        version = self.alias_version(alias)
        was_stale, self.stale = self.stale, version is None
        if version is None:
            return _last_good(kept, alias)
        scorer = read(kept, version)
        if scorer is None:
            try:
                scorer = self._fetch(version, kept)
            except (MlflowException, OSError, NotTrusted) as away:
                self.stale = True
                _log.log(
                    logging.DEBUG if was_stale else logging.WARNING,
                    "version %s of the model cannot be fetched (%s); the last good copy is used",
                    version,
                    away,
                )
                if isinstance(away, NotTrusted) and last_good(kept) is None:
                    raise
                return _last_good(kept, alias)
        remember(kept, version)
        return scorer

    def load_version(self, version: str) -> SavedScorer:
        """The model of this number, whatever alias it has or had: a copy kept here, else MLflow's. Raises NoModel when it is gone."""
        copies = (read(copy.parent, version) for copy in sorted(self.home.models.glob(f"*/{version}")))
        here = next((copy for copy in copies if copy is not None), None)
        if here is not None:
            return here
        try:
            return self._fetch(version, self.home.models / "former")
        except (MlflowException, OSError) as absent:
            raise NoModel(
                f"model version {version} is neither kept in {self.home.models} nor in MLflow; restore it, or name another version"
            ) from absent

    def _fetch(self, version: str, kept: Path) -> SavedScorer:
        """Bring the files of a version into the folder `kept`, also where some lie that cannot be read. Raises NotTrusted for files that nobody trusted has signed."""
        client, damaged = self.client(), (kept / version).exists()
        run_id = str(client.get_model_version(MODEL, version).run_id)
        with tempfile.TemporaryDirectory() as fresh:
            saved = Path(client.download_artifacts(run_id, "model", fresh)) / "artifacts" / "saved"
            check(saved, run_id, self.document(version, SIGNATURE), self.home)
            keep(saved, kept, version, instead=damaged)
        return SavedScorer.load(kept / version, version)

    def log(
        self,
        scorer: SavedScorer,
        parameters: Mapping[str, object],
        metrics: Mapping[str, float],
        plots: Sequence[Path],
        documents: Mapping[str, dict[str, object] | str] | None = None,
    ) -> str:
        """Log one training run with its model, plots and documents (by file name) and register it; returns the new version.

        A document that is text is kept beside the saved model, too.
        """
        client = self.client()
        run_id = client.create_run(self._experiment(client)).info.run_id
        for name, value in parameters.items():
            client.log_param(run_id, name, value)
        for name, metric in metrics.items():
            if np.isfinite(metric):
                client.log_metric(run_id, name, metric)
        for plot in plots:
            client.log_artifact(run_id, str(plot), "plots")
        texts = {name: document for name, document in (documents or {}).items() if isinstance(document, str)}
        for name, document in (documents or {}).items():
            if isinstance(document, str):
                client.log_text(run_id, document, name)
            else:
                client.log_dict(run_id, document, name)
        with tempfile.TemporaryDirectory() as fresh:
            _write_model(scorer, Path(fresh), texts)
            client.log_artifacts(run_id, str(Path(fresh) / "model"), "model")
            client.log_dict(run_id, sign(Path(fresh) / "saved", run_id, self.home), SIGNATURE)
        client.set_terminated(run_id)
        return self._register(client, run_id)

    def _experiment(self, client: MlflowClient) -> str:
        known = client.get_experiment_by_name(EXPERIMENT)
        if known is not None:
            return str(known.experiment_id)
        beside = None if self._server else self.home.mlflow_artifacts.resolve().as_uri()
        return client.create_experiment(EXPERIMENT, artifact_location=beside)

    def _register(self, client: MlflowClient, run_id: str) -> str:
        try:
            client.get_registered_model(MODEL)
        except MlflowException:
            client.create_registered_model(MODEL)
        source = f"{client.get_run(run_id).info.artifact_uri}/model"
        return str(client.create_model_version(MODEL, source, run_id).version)


def _write_model(scorer: SavedScorer, folder: Path, texts: Mapping[str, str]) -> None:
    saved = folder / "saved"
    scorer.save(saved)
    for name, text in texts.items():
        (saved / name).write_text(text, encoding="utf-8")
    example = pd.DataFrame(np.zeros((1, len(scorer.columns.names))), columns=list(scorer.columns.names))
    with warnings.catch_warnings():
        # The signature is given, so no example is needed to infer one.
        warnings.filterwarnings("ignore", message=".*input example")
        save_model(
            path=folder / "model",
            python_model=str(Path(__file__).with_name("registry_model.py")),
            artifacts={"saved": str(saved)},
            signature=infer_signature(example, np.zeros(1)),
            pip_requirements=["lightgbm", "scikit-learn", "numpy", "pyarrow"],
        )


def _last_good(kept: Path, alias: str) -> SavedScorer:
    scorer = last_good(kept)
    if scorer is None:
        steps = "`playcall train` and `playcall promote`" if alias == CHAMPION else "`playcall train`"
        raise NoModel(f"no model has the alias '{alias}'; run {steps}.")
    return scorer
