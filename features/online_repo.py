"""A home's Feast store, configured in code: the same as features/repo/feature_store.yaml without an environment."""

from feast import FeatureStore, FeatureView, RepoConfig

from features.compact import online_prefix
from features.events.lake import Lake
from features.home import Home
from features.online_views import customer, feature_service, feature_views
from features.transform import active_views


def feast_store(home: Home) -> FeatureStore:
    """Feast over this home's registry, built views and online store. Nothing is written until `apply`."""
    config = RepoConfig(
        project="playcall",
        provider="local",
        registry=str(home.feast_registry),
        online_store={"type": "features.online.CompactOnlineStore", **_place(home)},
        offline_store={"type": "duckdb"},
        entity_key_serialization_version=3,
    )
    return FeatureStore(config=config)


def _place(home: Home) -> dict[str, str]:
    if home.redis_url:
        return {"redis_url": home.redis_url, "key_prefix": online_prefix(home)}
    return {"path": str(home.online.absolute())}


def defined_views(home: Home) -> list[FeatureView]:
    """The home's views in Feast's words, the attributes its lake holds included."""
    with Lake(home).connect() as connection:
        views = active_views(connection, home)
    return feature_views(home.views.absolute(), views)


def apply(home: Home) -> list[str]:
    """Tell Feast of the entity, every view with its built files, and the feature service; returns the views' names."""
    views = defined_views(home)
    feast_store(home).apply([customer, *views, feature_service(views)])
    return [view.name for view in views]
