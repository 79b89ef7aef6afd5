"""Who is on the line: a customer by name, or by an identity looked up as a keyed hash while the customer waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from features.compact import CompactStore
from features.errors import OnlineStoreError
from features.events.identity import hash_identity, identity_key
from features.events.lake import Lake
from features.events.manifest import TableState
from features.home import Home
from features.identities import Owner, owners_of
from serving.records.store import Store
from serving.records.strangers import WrongNumbers, join, stranger, unknown_identities
from serving.records.tables import from_instant


@dataclass(frozen=True, slots=True)
class Caller:
    """identity: the keyed hash the caller was known by, None when the desk named the customer. known: whether somebody owns the identity."""

    customer_id: str
    known: bool = True
    identity: str | None = None


@dataclass
class Callers:
    """The identities of one home. The key is read once; a changed key counts after a restart."""

    home: Home
    customers: CompactStore
    store: Store
    _wrong: WrongNumbers = field(init=False)
    _looked: tuple[TableState, frozenset[str]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._wrong = WrongNumbers(self.store)

    @cached_property
    def key(self) -> bytes:
        return identity_key(self.home)

    def who(self, tenant: str, kind: str, value: str, at: datetime) -> Caller:
        """The owner of the identity at `at`; a stranger under a name of their own when there is none, or when the online store is away.

        An identity that led to somebody else leads to nobody until it is verified again.
        """
        hashed = hash_identity(self.key, kind, value)
        try:
            owner = self.customers.ownership(hashed, at)
        except OnlineStoreError:
            owner = None
        wrong = self._wrong.last(tenant, hashed)
        if owner is None or (wrong is not None and owner.verified_at <= from_instant(wrong) <= at):
            return Caller(stranger(hashed), False, hashed)
        return Caller(owner.customer_id, True, hashed)

    def join_known(self, tenant: str, now: datetime) -> int:
        """Give strangers' talks to those who by now own their identities; returns how many strangers were joined.

        The lake is asked only when its identities changed or a new stranger called.
        """
        lake = Lake(self.home)
        strangers = unknown_identities(self.store, tenant)
        looked = (lake.manifest().table("identities"), frozenset(strangers))
        if not strangers or looked == self._looked:
            return 0
        with lake.connect() as connection:
            owners = owners_of(connection, sorted(strangers))
        found: dict[str, str] = {}
        for hashed, owned in owners.items():
            owner = self._rightful(tenant, hashed, owned, strangers[hashed])
            if owner is not None:
                found[hashed] = owner.customer_id
        joined = join(self.store, tenant, found, now) if found else 0
        self._looked = looked
        return joined

    def _rightful(self, tenant: str, hashed: str, owned: Sequence[Owner], called_at: datetime) -> Owner | None:
        """Who owned the identity at the call, else who owned it first thereafter; nobody the identity had led astray from."""
        wrong = self._wrong.last(tenant, hashed)
        trusted = [owner for owner in owned if wrong is None or owner.verified_at > from_instant(wrong)]
        before = [owner for owner in trusted if owner.verified_at <= called_at]
        return before[-1] if before else next(iter(trusted), None)
