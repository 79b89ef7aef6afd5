"""The one settings object. Nothing else in Playcall reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from features.clock import ClockKind
from features.home import Home
from serving.errors import SettingsError

VARIABLES: Mapping[str, str] = {
    "PLAYCALL_HOME": "folder that holds everything a run makes; default .playcall",
    "PLAYCALL_DATABASE_URL": "database of records and playbook versions, postgresql://... ; default SQLite and plain files in the home",
    "PLAYCALL_MLFLOW_URI": "MLflow tracking server; default SQLite and files in the home",
    "PLAYCALL_REDIS_URL": "online store in Redis, redis://... ; default the compact SQLite store in the home",
    "PLAYCALL_PLAYBOOK": "playbook folder; default the bank-card book of the library",
    "PLAYCALL_CLOCK": "now, data or request; default now",
    "PLAYCALL_OIDC_ISSUER": "issuer of bearer tokens; without it only API keys are accepted",
    "PLAYCALL_OIDC_AUDIENCE": "audience bearer tokens must carry; default playcall",
    "PLAYCALL_OIDC_JWKS": "file or https URL of the issuer's signing keys; needed with PLAYCALL_OIDC_ISSUER",
    "PLAYCALL_RATE_LIMIT": "requests a second one API key may make on one worker; default 5000",
    "PLAYCALL_IN_FLIGHT": "requests one worker carries at once before it sheds load; default 512",
    "PLAYCALL_BODY_LIMIT": "bytes a request body may have; default 8000000",
    "PLAYCALL_MAX_AGE_HOURS": "age of the newest built row at which `features check` fails; default 48",
    "PLAYCALL_MAX_PSI": "drift (PSI) of a feature at which `features check` (against the build before) and `drift` (against training) fail; default 0.25",
    "PLAYCALL_MAX_NULL_RISE": "rise of a feature's null rate at which `features check` fails, in share; default 0.2",
    "PLAYCALL_MAX_SCORE_PSI": "drift (PSI) of the champion's scores against training at which `drift` fails; default 0.25",
    "PLAYCALL_MAX_CALIBRATION_ERROR": "calibration error of a model's answers at which `drift` fails; default 0.1",
    "PLAYCALL_MIN_AUC": "area under the curve of a model's answers below which `drift` fails; default 0.55",
    "PLAYCALL_SHADOW_SHARE": "share of the champion's decisions that the challenger prices unseen, 0 to 1; default 0.2",
    "PLAYCALL_CLOCK_SKEW_SECONDS": "how far ahead of our clock a reported time or token may be; default 300",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """rate_limit in requests a second and key; in_flight in requests; body_limit in bytes; skew is how far another machine's clock may be ahead of ours."""

    home: Home
    database_url: str
    mlflow_uri: str | None = None
    playbook: Path | None = None
    clock: ClockKind = ClockKind.NOW
    oidc_issuer: str | None = None
    oidc_audience: str = "playcall"
    oidc_jwks: str | None = None
    rate_limit: float = 5000.0
    in_flight: int = 512
    body_limit: int = 8_000_000
    skew: timedelta = timedelta(minutes=5)
    max_age_hours: float = 48.0
    max_psi: float = 0.25
    max_null_rise: float = 0.2
    max_score_psi: float = 0.25
    max_calibration_error: float = 0.1
    min_auc: float = 0.55
    shadow_share: float = 0.2


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingsError that names the variable and the mend."""
    given = os.environ if environment is None else environment
    unknown = sorted(name for name in given if name.startswith("PLAYCALL_") and name not in VARIABLES)
    if unknown:
        raise SettingsError(f"{unknown[0]} is not a setting; the settings are {', '.join(VARIABLES)}")
    redis_url = _address(given, "PLAYCALL_REDIS_URL", ("redis://", "rediss://", "unix://"))
    mlflow_uri = given.get("PLAYCALL_MLFLOW_URI") or None
    home = Home(Path(given.get("PLAYCALL_HOME") or ".playcall"), redis_url)
    if home.of_tenant is None:
        home = replace(home, mlflow_uri=mlflow_uri)
    issuer, jwks = given.get("PLAYCALL_OIDC_ISSUER") or None, given.get("PLAYCALL_OIDC_JWKS") or None
    if (issuer is None) != (jwks is None):
        missing = "PLAYCALL_OIDC_JWKS" if jwks is None else "PLAYCALL_OIDC_ISSUER"
        raise SettingsError(f"{missing} is not set; set both PLAYCALL_OIDC_ISSUER and PLAYCALL_OIDC_JWKS, or neither")
    return Settings(
        home=home,
        database_url=_database(given.get("PLAYCALL_DATABASE_URL"), home),
        mlflow_uri=mlflow_uri,
        playbook=Path(given["PLAYCALL_PLAYBOOK"]) if given.get("PLAYCALL_PLAYBOOK") else None,
        clock=_clock(given.get("PLAYCALL_CLOCK")),
        oidc_issuer=issuer,
        oidc_audience=given.get("PLAYCALL_OIDC_AUDIENCE") or "playcall",
        oidc_jwks=jwks,
        rate_limit=_number(given, "PLAYCALL_RATE_LIMIT", 5000),
        in_flight=int(_number(given, "PLAYCALL_IN_FLIGHT", 512)),
        body_limit=int(_number(given, "PLAYCALL_BODY_LIMIT", 8_000_000)),
        skew=timedelta(seconds=_number(given, "PLAYCALL_CLOCK_SKEW_SECONDS", 300)),
        max_age_hours=_number(given, "PLAYCALL_MAX_AGE_HOURS", 48),
        max_psi=_number(given, "PLAYCALL_MAX_PSI", 0.25),
        max_null_rise=_number(given, "PLAYCALL_MAX_NULL_RISE", 0.2),
        max_score_psi=_number(given, "PLAYCALL_MAX_SCORE_PSI", 0.25),
        max_calibration_error=_number(given, "PLAYCALL_MAX_CALIBRATION_ERROR", 0.1),
        min_auc=_number(given, "PLAYCALL_MIN_AUC", 0.55),
        shadow_share=_share(given, "PLAYCALL_SHADOW_SHARE", 0.2),
    )


def write_environment(playbook: Path | None, clock: ClockKind) -> None:
    """Hand a command's choices down to the worker processes it starts."""
    os.environ["PLAYCALL_CLOCK"] = clock.value
    if playbook is not None:
        os.environ["PLAYCALL_PLAYBOOK"] = str(playbook)


def _database(url: str | None, home: Home) -> str:
    if not url:
        return f"sqlite:///{home.records}"
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if separator and scheme == "sqlite":
        return url
    raise SettingsError(
        "PLAYCALL_DATABASE_URL names a database we do not keep records in; give postgresql://user@host/name or sqlite:///file"
    )


def _address(given: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    address = given.get(name)
    if not address:
        return None
    if not address.startswith(schemes):
        raise SettingsError(f"{name} must start with one of {', '.join(schemes)}")
    return address


def _clock(word: str | None) -> ClockKind:
    if not word:
        return ClockKind.NOW
    if word not in {kind.value for kind in ClockKind}:
        raise SettingsError(f"PLAYCALL_CLOCK is {word!r}; give one of {', '.join(kind.value for kind in ClockKind)}")
    return ClockKind(word)


def _number(given: Mapping[str, str], name: str, default: float) -> float:
    text = given.get(name)
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not 0 < number < float("inf"):
        raise SettingsError(f"{name} is {text!r}; give a number above 0")
    return number


def _share(given: Mapping[str, str], name: str, default: float) -> float:
    share = 0.0 if given.get(name) == "0" else _number(given, name, default)
    if share > 1:
        raise SettingsError(f"{name} is {given[name]!r}; give a share from 0 to 1")
    return share
