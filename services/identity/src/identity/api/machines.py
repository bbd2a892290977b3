"""Machine clients: what administrators manage, and where a client gets its tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute
from shared.http.problems import problem

from identity.api.dependencies import Built, Uow
from identity.api.staff import Areas, Created
from identity.domain.errors import ClientRefused, ScopeRefused
from identity.domain.machines import Algorithm, MachineClient, MachineKey, Scope
from identity.use_cases import (
    add_client,
    add_client_key,
    issue_machine_token,
    list_clients,
    retire_client_key,
    revoke_client,
)

router = APIRouter(route_class=IdempotentRoute, tags=["machines"])

TOKENS = "/machine/tokens"
GRANT = "client_credentials"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_CLIENTS = "/staff/organisations/{organisation_id}/clients"


class NewClient(Body):
    name: Line
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    areas: Areas


class NewKey(Body):
    """A public key as a JSON Web Key (RFC 7517): Ed25519, P-256, or RSA of 2048 bits or more."""

    jwk: Annotated[dict[str, Any], Field(max_length=20)]  # what a JSON object holds; read strictly later


class KeyAnswer(Answer):
    id: UUID
    kid: str
    algorithm: Algorithm
    added_at: datetime
    last_used_at: datetime | None
    retired_at: datetime | None


class ClientAnswer(Answer):
    id: UUID
    name: str
    scopes: list[str]
    areas: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    keys: list[KeyAnswer]


class MachineToken(Answer):
    """RFC 6749 section 5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    scope: str


@router.post(_CLIENTS, status_code=201)
async def create_client(organisation_id: UUID, body: NewClient, actor: Staff, uow: Uow) -> Created:
    scopes = sorted({scope.value for scope in body.scopes})
    added = await add_client.add_client(
        uow, actor, organisation_id=organisation_id, name=body.name, scopes=scopes, areas=body.areas, now=now()
    )
    return Created(id=added)


@router.get(_CLIENTS)
async def list_machine_clients(organisation_id: UUID, actor: Staff, uow: Uow) -> list[ClientAnswer]:
    found = await list_clients.list_clients(uow, actor, organisation_id=organisation_id)
    return [_told(client, keys) for client, keys in found]


@router.delete(_CLIENTS + "/{client_id}", status_code=204)
async def revoke_machine_client(organisation_id: UUID, client_id: UUID, actor: Staff, uow: Uow) -> None:
    await revoke_client.revoke_client(uow, actor, organisation_id=organisation_id, client_id=client_id, now=now())


@router.post(_CLIENTS + "/{client_id}/keys", status_code=201)
async def add_machine_key(organisation_id: UUID, client_id: UUID, body: NewKey, actor: Staff, uow: Uow) -> KeyAnswer:
    added = await add_client_key.add_client_key(
        uow, actor, organisation_id=organisation_id, client_id=client_id, jwk=body.jwk, now=now()
    )
    return KeyAnswer.model_validate(added)


@router.delete(_CLIENTS + "/{client_id}/keys/{key_id}", status_code=204)
async def retire_machine_key(organisation_id: UUID, client_id: UUID, key_id: UUID, actor: Staff, uow: Uow) -> None:
    await retire_client_key.retire_client_key(
        uow, actor, organisation_id=organisation_id, client_id=client_id, key_id=key_id, now=now()
    )


class TokenRequest(Body):
    """RFC 6749 section 4.4.2 with RFC 7523 section 2.2. All optional, so that what is missing is told as it says."""

    grant_type: Annotated[str, Field(max_length=100)] = ""
    client_assertion_type: Annotated[str, Field(max_length=100)] = ""
    client_assertion: Annotated[str, Field(max_length=10_000)] = ""
    client_id: Annotated[str, Field(max_length=100)] = ""
    scope: Annotated[str, Field(max_length=1_000)] = ""


@router.post(TOKENS, response_model=MachineToken)
async def get_machine_token(body: Annotated[TokenRequest, Form()], uow: Uow, built: Built) -> Response:
    if body.grant_type != GRANT:
        return _refused("unsupported_grant_type", "The grant type is client_credentials.")
    if body.client_assertion_type != ASSERTION_TYPE or not body.client_assertion:
        return _refused("invalid_request", "Please send a signed client assertion (RFC 7523).")
    try:
        token = await issue_machine_token.issue_machine_token(
            uow,
            built.keyring,
            assertion=body.client_assertion,
            audiences=(built.public_url, built.public_url + TOKENS),
            scope=body.scope,
            now=now(),
        )
    except ClientRefused as refusal:
        return _refused("invalid_client", refusal.message, status=401)
    except ScopeRefused as refusal:
        return _refused("invalid_scope", refusal.message)
    told = MachineToken.model_validate(token)
    return JSONResponse(told.model_dump(), headers={"cache-control": "no-store"})


def _refused(error: str, detail: str, *, status: int = 400) -> Response:
    # RFC 6749 section 5.2 in a problem document: its `error` stands beside our own members.
    return problem(status, f"identity.{error}", detail, error=error)


def _told(client: MachineClient, keys: Sequence[MachineKey]) -> ClientAnswer:
    return ClientAnswer(
        id=client.id,
        name=client.name,
        scopes=client.scopes,
        areas=client.areas,
        created_at=client.created_at,
        last_used_at=client.last_used_at,
        revoked_at=client.revoked_at,
        keys=[KeyAnswer.model_validate(key) for key in keys],
    )
