"""What deploy/ and docs/settings.md say is what the code reads."""

from pathlib import Path
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from serving.settings import VARIABLES, read_settings

ROOT = Path(__file__).parents[2]
COMPOSE = YAML(typ="safe").load(ROOT / "deploy" / "compose.yaml")["services"]


def test_every_setting_stands_on_its_page_and_no_other():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `PLAYCALL_")}
    assert named == set(VARIABLES)


def test_the_composed_service_has_settings_the_code_accepts():
    settings = read_settings(
        {name: value.replace("${POSTGRES_PASSWORD}", "x") for name, value in COMPOSE["playcall"]["environment"].items()}
    )
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert settings.home.redis_url == "redis://redis:6379/0"


def test_every_server_that_is_named_is_composed():
    named = {urlsplit(value).hostname for value in COMPOSE["playcall"]["environment"].values()}
    assert named == set(COMPOSE) - {"playcall"} == set(COMPOSE["playcall"]["depends_on"])


def test_mlflow_is_told_the_name_it_is_called_by():
    command = COMPOSE["mlflow"]["entrypoint"]
    allowed = command[command.index("--allowed-hosts") + 1].split(",")
    assert urlsplit(COMPOSE["playcall"]["environment"]["PLAYCALL_MLFLOW_URI"]).netloc in allowed


def test_the_image_copies_every_package_and_the_lock():
    said = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    for package in ("features", "training", "playbooks", "serving"):
        assert f"COPY {package} {package}" in said
    assert "requirements.lock" in said
