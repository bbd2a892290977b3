"""How many SQL statements an answer costs."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from fastapi import FastAPI
from groups.app import create_app
from groups.settings import Settings
from shared.testing.client import service_client, signed
from shared.testing.issuer import Issuer
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.bench.country.asks import Country, check


async def statements_of(settings: Settings, issuer: Issuer, country: Country, times: int = 5) -> dict[str, list[int]]:
    """For each kind of request the numbers of statements that were seen, ascending; one number, if all is well.

    The application is the one that the process runs, in this process, where its statements can be heard.
    """
    app = create_app(settings)
    async with service_client(app, issuer, "groups") as client:
        return {
            kind: sorted({await _count(app, client, issuer, country, kind) for _ in range(times)})
            for kind in country.kinds
        }


async def _count(app: FastAPI, client: httpx.AsyncClient, issuer: Issuer, country: Country, kind: str) -> int:
    ask = country.kinds[kind]()
    headers = signed(issuer, ask.who, "groups") if ask.who else {}
    with heard(app.state.resources.engine) as statements:
        answer = await client.request(ask.method, ask.path, json=ask.body, headers=headers)
    check(ask, answer.status_code, answer.content)
    return len(statements)


@contextmanager
def heard(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements that an engine sends meanwhile, in their order."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)
