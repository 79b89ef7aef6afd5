"""What plain `feast apply` in this folder finds. No knowledge of its own: the home of feature_store.yaml says which views there are."""

from pathlib import Path

from feast.repo_config import load_repo_config

from features.home import Home
from features.online_repo import defined_views
from features.online_views import customer, feature_service

__all__ = ["customer", "playcall_v1"]

_FOLDER = Path(__file__).parent
# The home is where the registry lies.
_HOME = Home(Path(load_repo_config(_FOLDER, _FOLDER / "feature_store.yaml").registry.path).parent)
_VIEWS = defined_views(_HOME)
playcall_v1 = feature_service(_VIEWS)
# Feast takes every feature view that stands under a name of its own.
globals().update({view.name: view for view in _VIEWS})
