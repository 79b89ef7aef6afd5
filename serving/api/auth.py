"""Who may: a bearer key becomes a principal, and a route says in its signature which roles it is for."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from serving.errors import NotAllowed
from serving.records.keys import Principal, hashed
from serving.service import Service

bearer = HTTPBearer(auto_error=False, description="API key of one role")


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Served = Annotated[Service, Depends(service_of)]


async def known_principal(service: Served, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]) -> Principal:
    principal = service.principals.get(hashed(credentials.credentials)) if credentials else None
    if principal is None:
        raise HTTPException(401, "send the header 'Authorization: Bearer KEY' with a key of keys.json", {"WWW-Authenticate": "Bearer"})
    return principal


class Only:
    """A dependency that lets only these roles pass."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    async def __call__(self, principal: Annotated[Principal, Depends(known_principal)]) -> Principal:
        if principal.role not in self.roles:
            raise NotAllowed(f"the role {principal.role} may not do this; it is for {', '.join(self.roles)}")
        return principal


OnTheLine = Annotated[Principal, Depends(Only("agent", "outsourced_agent", "manager", "admin"))]
EventSource = Annotated[Principal, Depends(Only("agent", "manager", "admin"))]
Reader = Annotated[Principal, Depends(Only("agent", "outsourced_agent", "manager", "approver", "scientist", "auditor", "admin"))]
BookReader = Annotated[Principal, Depends(Only("agent", "manager", "approver", "scientist", "auditor", "admin"))]
BookWriter = Annotated[Principal, Depends(Only("agent", "manager", "admin"))]
Editor = Annotated[Principal, Depends(Only("manager", "admin"))]
Approver = Annotated[Principal, Depends(Only("approver", "admin"))]
Judge = Annotated[Principal, Depends(Only("manager", "approver", "admin"))]
