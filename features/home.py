"""Where one installation keeps everything a run makes. Two homes never meet."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder named by PLAYCALL_HOME; every path of a run is said here and nowhere else.

    redis_url, mlflow_uri: where the online store and the model registry are instead of in the folder.
    """

    root: Path
    redis_url: str | None = None
    mlflow_uri: str | None = None

    @property
    def lake(self) -> Path:
        """Event tables as Parquet, with their quarantine."""
        return self.root / "lake"

    @property
    def views(self) -> Path:
        """Built feature rows, one folder a view."""
        return self.root / "views"

    @property
    def feast_registry(self) -> Path:
        return self.root / "feast_registry.db"

    @property
    def online(self) -> Path:
        """The compact online store (SQLite), where it is not in Redis."""
        return self.root / "online.db"

    @property
    def online_prefix(self) -> Path:
        """A word of this home's own, with which its keys in Redis begin."""
        return self.root / "online.prefix"

    @property
    def owed(self) -> Path:
        """Deliveries that are in the lake and not online yet."""
        return self.root / "owed"

    @property
    def records(self) -> Path:
        """Decisions, outcomes and the outbox (SQLite, WAL)."""
        return self.root / "records.db"

    @property
    def courier(self) -> Path:
        """The lock of the worker whose courier brings the records to the lake."""
        return self.root / "courier.lock"

    @property
    def mlflow_database(self) -> Path:
        return self.root / "mlflow.db"

    @property
    def mlflow_artifacts(self) -> Path:
        return self.root / "mlartifacts"

    @property
    def models(self) -> Path:
        """The last good model, kept locally so that serving starts when MLflow is away."""
        return self.root / "models"

    @property
    def playbooks(self) -> Path:
        """Published playbook versions."""
        return self.root / "playbooks"

    @property
    def last_books(self) -> Path:
        """The last good playbook of each tenant, kept so that serving starts when its folder or its versions are away."""
        return self.root / "last_books"

    @property
    def keys(self) -> Path:
        """keys.json: {role: key}, written by the demo."""
        return self.root / "keys.json"

    @property
    def secrets(self) -> Path:
        """Keys that never enter a database: the identity hash key, the token key."""
        return self.root / "secrets"

    def tenants(self) -> dict[str, "Home"]:
        """The homes of further tenants, by name; this one is the home of the installation's own."""
        folder = self.root / "tenants"
        return {home.name: Home(home) for home in sorted(folder.iterdir()) if home.is_dir()} if folder.is_dir() else {}

    @property
    def of_tenant(self) -> str | None:
        """The further tenant whose home this is; None for the installation's own."""
        root = self.root.resolve()
        return root.name if root.parent.name == "tenants" else None

    @property
    def book(self) -> Path:
        """The playbook folder of a further tenant."""
        return self.root / "playbook"

    def tenant(self, name: str) -> "Home":
        """Where a further tenant keeps everything; nothing of it is seen from here."""
        return Home(self.root / "tenants" / name)

    @property
    def reports(self) -> Path:
        """Plots and reports a person opens."""
        return self.root / "reports"
