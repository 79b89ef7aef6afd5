"""What a decision needs to be explained later: everything that was ranked, and the customer as the model saw them.

Numbers are kept as the bytes of their float64, in base64, so that an explanation rests on the very values that decided. The names that go with
them are kept once per schema.
"""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
import orjson
from sqlalchemy import select

from features.customer import Before, CustomerFeatures, FeatureSchema
from serving.decision.record import Bundle, Decision, Ranking
from serving.errors import RecordError
from serving.records.lines import Keep, Line
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import SCHEMAS

_NO_SCHEMA = FeatureSchema((), ())
FACTORS = ("propensity", "context", "value", "lever", "cost", "priority", "evidence")


@dataclass(frozen=True, slots=True)
class Why:
    """language is that of the talk; seen is the customer's vector at the decision; certificates are the agent's."""

    language: str
    ranking: Ranking
    bundle: Bundle | None
    certificates: frozenset[str]
    seen: CustomerFeatures


@dataclass(frozen=True, slots=True)
class AskedWith:
    """What a moment was asked with, for deciding it again."""

    language: str
    certificates: frozenset[str]
    seen: CustomerFeatures


@lru_cache(maxsize=64)
def _described(schema: FeatureSchema) -> tuple[str, str]:
    """The fingerprint of a schema, and its names as JSON text."""
    names = orjson.dumps({"numbers": schema.numbers, "texts": schema.texts})
    return blake2b(names, digest_size=12).hexdigest(), names.decode()


def _packed(numbers: Iterable[float]) -> str:
    return b64encode(array("d", numbers).tobytes()).decode()


def _unpacked(text: str) -> list[float]:
    return array("d", b64decode(text)).tolist()


def _parts(bundle: Bundle) -> tuple[object, ...]:
    return bundle.action_ids, bundle.joint_propensity, bundle.assumption


def why_text(decision: Decision) -> str:
    """JSON for the column `why`."""
    ranking, seen = decision.ranking, decision.seen
    kept: dict[str, object] = {
        "language": decision.language,
        "certificates": sorted(decision.certificates),
        "ranked": ranking.action_ids,
        "factors": [_packed(getattr(ranking, name)) for name in FACTORS],
        "mandatory": ranking.mandatory,
        "exploration_share": ranking.exploration_share,
        "bundle": None if decision.bundle is None else _parts(decision.bundle),
    }
    kept |= {"uplift": ranking.uplift} if ranking.uplift else {}
    if seen is not None:
        numbers = b64encode(np.ascontiguousarray(seen.numbers, dtype=np.float64).tobytes()).decode()
        kept |= {"schema": _described(seen.schema)[0], "known": seen.known, "numbers": numbers, "texts": seen.texts}
        kept |= {"ids": seen.ids} if seen.ids else {}
        kept |= {"before": {action_id: tuple(counts) for action_id, counts in seen.before.items()}} if seen.before else {}
    return orjson.dumps(kept).decode()


def schema_lines(decision: Decision) -> list[Line]:
    """The names of the vector; kept at the first decision that uses them."""
    if decision.seen is None:
        return []
    fingerprint, names = _described(decision.seen.schema)
    return [Line(SCHEMAS, {"tenant": decision.tenant, "fingerprint": fingerprint, "names": names}, Keep.FIRST)]


def ranking_of(text: str) -> Ranking:
    """The ranking alone: it needs no second look into the store."""
    return _ranking(orjson.loads(text))


def _ranking(kept: dict[str, Any]) -> Ranking:
    columns: dict[str, Any] = {name: tuple(_unpacked(column)) for name, column in zip(FACTORS, kept["factors"], strict=True)}
    columns |= {name: kept[name] for name in ("mandatory", "exploration_share")}
    return Ranking(tuple(kept["ranked"]), **columns, uplift=tuple(kept.get("uplift", ())))


def read_why(store: Store, tenant: str, customer_id: str, text: str) -> Why:
    """Raises RecordError when the names of the vector are gone."""
    kept = orjson.loads(text)
    asked = _asked(store, tenant, customer_id, kept, {})
    bundle = None if kept["bundle"] is None else Bundle(tuple(kept["bundle"][0]), *kept["bundle"][1:])
    return Why(asked.language, _ranking(kept), bundle, asked.certificates, asked.seen)


def read_asked(store: Store, tenant: str, customer_id: str, text: str, known: dict[str, FeatureSchema]) -> AskedWith:
    """The part a decision is made again from, like read_why. known: names found before, by fingerprint."""
    return _asked(store, tenant, customer_id, orjson.loads(text), known)


def _asked(store: Store, tenant: str, customer_id: str, kept: dict[str, Any], known: dict[str, FeatureSchema]) -> AskedWith:
    schema = _schema(store, tenant, kept.get("schema"), known)
    numbers = np.frombuffer(b64decode(kept.get("numbers", "")), dtype=np.float64)
    seen = CustomerFeatures(
        customer_id,
        kept.get("known", False),
        schema,
        numbers,
        tuple(kept.get("texts", ())),
        ids=tuple(kept.get("ids", ())),
        before={action_id: Before(*counts) for action_id, counts in kept.get("before", {}).items()},
    )
    return AskedWith(kept["language"], frozenset(kept["certificates"]), seen)


def _schema(store: Store, tenant: str, fingerprint: str | None, known: dict[str, FeatureSchema]) -> FeatureSchema:
    if fingerprint is None:
        return _NO_SCHEMA
    if fingerprint not in known:
        known[fingerprint] = _find_schema(store, tenant, fingerprint)
    return known[fingerprint]


def _find_schema(store: Store, tenant: str, fingerprint: str) -> FeatureSchema:
    row = store.first(select(SCHEMAS.c.names).where(of_tenant(SCHEMAS, tenant), SCHEMAS.c.fingerprint == fingerprint))
    if row is None:
        raise RecordError(f"the feature names {fingerprint} of this record are not kept; restore the table schemas from a backup")
    names = orjson.loads(row.names)
    return FeatureSchema(tuple(names["numbers"]), tuple(names["texts"]))
