"""Who may: a bearer key or token becomes a principal, and a route says in its signature what one must be allowed to do."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from serving.access.permissions import ALLOWED, Permission
from serving.errors import NotAllowed
from serving.installation import Installation
from serving.records.keys import Principal
from serving.service import Service

DESCRIPTION = "API key of one role, or an OpenID Connect token that carries tenant, role and certificates"


def installation_of(request: Request) -> Installation:
    installation: Installation = request.app.state.installation
    return installation


async def known_principal(request: Request) -> Principal:
    """Who is asking, found out once a request and left in its state, for the audit trail too. Raises NotKnown or TooOften.

    It reads the header itself and depends on nothing: the framework walks a dependency's own dependencies each time it is named.
    """
    known: Principal | None = getattr(request.state, "principal", None)
    if known is None:
        scheme, credential = get_authorization_scheme_param(request.headers.get("authorization"))
        known = await installation_of(request).gate.admit(credential if scheme.lower() == "bearer" else None)
        request.state.principal = known
    return known


async def service_of(request: Request) -> Service:
    """The service of the caller's own tenant: the only way a route comes to one."""
    return installation_of(request).of((await known_principal(request)).tenant)


Served = Annotated[Service, Depends(service_of)]


def require(principal: Principal, permission: Permission) -> None:
    """Raises NotAllowed where the table does not let this role."""
    if principal.role not in ALLOWED[permission]:
        raise NotAllowed(f"the role {principal.role} may not {permission}; it is for {', '.join(sorted(ALLOWED[permission]))}")


def vouched_for(principal: Principal, said: list[str]) -> list[str]:
    """The agent's certificates: those the token or key vouches for, else those the desktop states."""
    return said if principal.certificates is None else sorted(principal.certificates)


class May(HTTPBearer):
    """A dependency that lets pass whom the table of permissions allows to do this; in the API's description it is the bearer scheme."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(scheme_name="bearer", description=DESCRIPTION, auto_error=False)
        self.permission = permission

    async def __call__(self, request: Request) -> Principal:  # type: ignore[override]
        principal = await known_principal(request)
        request.state.permission = self.permission
        require(principal, self.permission)
        return principal


OnTheLine = Annotated[Principal, Depends(May(Permission.ADVISE))]
EventSource = Annotated[Principal, Depends(May(Permission.SEND_EVENTS))]
Reader = Annotated[Principal, Depends(May(Permission.READ_DECISION))]
CustomerReader = Annotated[Principal, Depends(May(Permission.READ_CUSTOMER))]
Searcher = Annotated[Principal, Depends(May(Permission.READ_WORDS))]
Witness = Annotated[Principal, Depends(May(Permission.GIVE_FEEDBACK))]
BookReader = Annotated[Principal, Depends(May(Permission.READ_BOOK))]
BookWriter = Annotated[Principal, Depends(May(Permission.WRITE_BOOK))]
Editor = Annotated[Principal, Depends(May(Permission.SUBMIT_BOOK))]
Approver = Annotated[Principal, Depends(May(Permission.APPROVE_BOOK))]
Judge = Annotated[Principal, Depends(May(Permission.TRY_BOOK))]
Analyst = Annotated[Principal, Depends(May(Permission.READ_INSIGHTS))]
Auditor = Annotated[Principal, Depends(May(Permission.READ_AUDIT))]
Merger = Annotated[Principal, Depends(May(Permission.MERGE_CUSTOMERS))]
MergeReader = Annotated[Principal, Depends(May(Permission.READ_MERGES))]
Keeper = Annotated[Principal, Depends(May(Permission.HOLD_PERSONAL_DATA))]


def is_outside(principal: Principal) -> bool:
    """Whether this is somebody who sees only what the talk needs (T2)."""
    return principal.role == "outsourced_agent"
