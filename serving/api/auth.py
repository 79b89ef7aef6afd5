"""Who may: a bearer key or token becomes a principal, and a route says in its signature what one must be allowed to do."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from serving.access.permissions import ALLOWED, Permission
from serving.errors import NotAllowed
from serving.installation import Installation
from serving.records.keys import Principal
from serving.service import Service

bearer = HTTPBearer(
    auto_error=False, description="API key of one role, or an OpenID Connect token that carries tenant, role and certificates"
)


def installation_of(request: Request) -> Installation:
    installation: Installation = request.app.state.installation
    return installation


async def known_principal(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]) -> Principal:
    """Raises NotKnown or TooOften. What is known of the caller is left in the request's state for the audit trail."""
    principal = await installation_of(request).gate.admit(credentials.credentials if credentials else None)
    request.state.principal = principal
    return principal


Known = Annotated[Principal, Depends(known_principal)]


async def service_of(request: Request, principal: Known) -> Service:
    """The service of the caller's own tenant: the only way a route comes to one."""
    return installation_of(request).of(principal.tenant)


Served = Annotated[Service, Depends(service_of)]


def require(principal: Principal, permission: Permission) -> None:
    """Raises NotAllowed where the table does not let this role."""
    if principal.role not in ALLOWED[permission]:
        raise NotAllowed(f"the role {principal.role} may not {permission}; it is for {', '.join(sorted(ALLOWED[permission]))}")


def vouched_for(principal: Principal, said: list[str]) -> list[str]:
    """The agent's certificates: those the token or key vouches for, else those the desktop states."""
    return said if principal.certificates is None else sorted(principal.certificates)


class May:
    """A dependency that lets pass whom the table of permissions allows to do this."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request, principal: Known) -> Principal:
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
Keeper = Annotated[Principal, Depends(May(Permission.HOLD_PERSONAL_DATA))]


def is_outside(principal: Principal) -> bool:
    """Whether this is somebody who sees only what the talk needs (T2)."""
    return principal.role == "outsourced_agent"
