"""What the watch found last, kept in the home for whoever asks: the service's metrics, and people."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from features.home import Home

_log = logging.getLogger(__name__)
_NAME = "drift.json"


def keep(home: Home, report: Mapping[str, Any]) -> None:
    """report: as `DriftReport.to_json`. Replaces the last one at once: a reader sees the old or the new."""
    home.reports.mkdir(parents=True, exist_ok=True)
    arriving = home.reports / f".{_NAME}.arriving"
    arriving.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    arriving.replace(home.reports / _NAME)


def last_run(home: Home) -> dict[str, Any] | None:
    """The report of the last run as JSON, None when there was none or its file cannot be read."""
    file = home.reports / _NAME
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as broken:
        _log.warning("%s cannot be read (%s): no figures of drift until the next `playcall drift`", file, broken)
        return None
