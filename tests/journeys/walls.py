"""The six walls between staff and documents (security.md), each of which can be taken down here and nowhere else.

A wall is a refusal. Taken down, it refuses nothing any more; signatures are still checked, since no wall is about them.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import documents.api.dependencies
import documents.api.links
import documents.app
import documents.keys.app
import documents.keys.routes
import documents.keys.settings
import documents.settings
import gateway.api.admission
import gateway.app
import gateway.bootstrap
import gateway.settings
import groups.app
import groups.settings
import groups.use_cases.issue_pass
import pytest
from fastapi import FastAPI, Request
from gateway.domain.policy import ROWS
from gateway.domain.rows import Row, Who
from launcher.environment import environment_of
from launcher.processes import PROCESSES
from shared.auth.errors import BadToken, NoProof
from shared.auth.keyfiles import SigningKey
from shared.auth.passes import GroupPass, Right, issue_group_pass, read_group_pass
from shared.auth.principal import Principal
from shared.clock import now
from shared.http.dependencies import member, signed_in
from shared.settings import ServiceSettings
from shared.testing.eventually import eventually
from shared.testing.serving import serving

from tests.journeys.conftest import LiveSystem

Made = TypeVar("Made", bound=ServiceSettings)


class Wall(IntEnum):
    """As security.md numbers them. The last two are of database and store: who takes them holds what lies there."""

    POLICY_TABLE = 1
    PASSES_FOR_MEMBERS = 2
    DOCUMENTS_VERIFIER = 3
    KEYS_VERIFIER = 4
    DATABASE = 5
    STORE_AND_BROKER = 6


@dataclass(frozen=True)
class Fort:
    """Gateway, groups, documents and the keys process beside those of the system, on its databases and keys."""

    down: frozenset[Wall]
    gateway: str
    documents: str
    keys: str


@asynccontextmanager
async def fort(live: LiveSystem, down: frozenset[Wall]) -> AsyncIterator[Fort]:
    """The four with these walls taken down."""
    async with AsyncExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        keys_app = documents.keys.app.create_keys_app(
            _settings(live, "documents-keys", documents.keys.settings.KeysSettings, operations_per_minute=100_000)
        )
        if Wall.KEYS_VERIFIER in down:
            keys_app.dependency_overrides |= {member: signed_in, documents.keys.routes._within_cap: _any_pass}
        keys = await _served(stack, keys_app)

        documents_app = documents.app.create_app(
            _settings(live, "documents-api", documents.settings.DocumentsSettings, keys_url=keys)
        )
        if Wall.DOCUMENTS_VERIFIER in down:
            documents_app.dependency_overrides |= {
                member: signed_in,
                documents.api.dependencies.belongs: _any_pass,
                documents.api.links.public_plane: _anybody,
            }
        documents_url = await _served(stack, documents_app)

        if Wall.PASSES_FOR_MEMBERS in down:
            patch.setattr(groups.use_cases.issue_pass, "issue_group_proof", _pass_for_anybody)
        groups_url = await _served(
            stack, groups.app.create_app(_settings(live, "groups-api", groups.settings.Settings))
        )

        if Wall.POLICY_TABLE in down:
            patch.setattr(gateway.api.admission, "FORBIDDEN", ())
            patch.setattr(gateway.api.admission, "ROWS", [_open_to_all(row) for row in ROWS])
        resources = await stack.enter_async_context(
            gateway.bootstrap.open_resources(
                _settings(
                    live,
                    "gateway-api",
                    gateway.settings.Settings,
                    documents_url=documents_url,
                    groups_url=groups_url,
                )
            )
        )
        await eventually(partial(_knows, resources))
        gateway_url = await stack.enter_async_context(serving(gateway.app.create_app(resources)))
        yield Fort(down, gateway_url, documents_url, keys)


def _settings(live: LiveSystem, name: str, kind: type[Made], **changes: Any) -> Made:
    process = next(process for process in PROCESSES if process.name == name)
    found = environment_of(process, live.system._settings, live.system._places[name])
    prefix = f"{process.prefix}_"
    given = {key.removeprefix(prefix).lower(): value for key, value in found.items() if key.startswith(prefix)}
    return kind(**{**given, **changes})


async def _served(stack: AsyncExitStack, app: FastAPI) -> str:
    return await stack.enter_async_context(serving(app))


async def _knows(resources: gateway.bootstrap.Resources) -> bool:
    """Until it does, it refuses staff for that alone."""
    return resources.revocations.are_known


async def _anybody() -> None:
    return None


async def _any_pass(request: Request) -> GroupPass:
    """Whatever groups has signed, for whomever and whichever group."""
    try:
        return read_group_pass(request.state.proof or "", request.app.state.trust, audience="documents", now=now())
    except BadToken as error:
        raise NoProof from error


async def _pass_for_anybody(
    _uow: object, key: SigningKey, actor: Principal, group_id: UUID, audience: str, moment: Any
) -> str:
    return issue_group_pass(key, audience, GroupPass(actor.id, group_id, "chair", frozenset(Right), 1), moment)


def _open_to_all(row: Row) -> Row:
    # Nobody in particular would have no session passed on.
    is_for_people = row.service == "documents" and Who.PUBLIC not in row.who
    return replace(row, who=frozenset(Who) - {Who.PUBLIC}) if is_for_people else row
