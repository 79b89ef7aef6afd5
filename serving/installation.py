"""Everything one worker process serves: a service for each tenant, and one gate and one audit trail before them all."""

from collections.abc import Mapping
from dataclasses import dataclass

from serving.access.gate import Gate
from serving.errors import NotAllowed
from serving.records.audit import Audit
from serving.service import Service


@dataclass(frozen=True, slots=True)
class Installation:
    """services by tenant. Each has its own home, so its own customers, features, models and playbook; the records are one store, scoped by tenant."""

    services: Mapping[str, Service]
    gate: Gate
    audit: Audit

    def of(self, tenant: str) -> Service:
        """Raises NotAllowed for a tenant this installation has no home for."""
        service = self.services.get(tenant)
        if service is None:
            raise NotAllowed(f"tenant {tenant[:80]!r} is not served here; make its home with `playcall tenant add` and restart")
        return service
