"""Every route of every service, through the gateway, with what schemathesis thinks of: a problem, never a 5xx."""

import importlib
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from gateway.domain.policy import ROWS
from gateway.domain.rows import Row, Who
from hypothesis import HealthCheck, given, settings
from launcher.demo.story import Story
from ourwatch_client.session import Session
from schemathesis import GenerationMode

SERVICES = ("identity", "groups", "documents", "messaging")
# `./ourwatch soak bad_input` tries more, and others each time.
CASES_PER_ROUTE = int(os.environ.get("OURWATCH_BAD_INPUT_CASES", "5"))
IS_SLICE = "OURWATCH_BAD_INPUT_CASES" not in os.environ
pytestmark = pytest.mark.timeout(400 if IS_SLICE else 0)
# These end the session that asks, or the account itself, so they are given one that nobody else needs.
EXPENDABLE = {"sign_out", "end_my_sessions", "erase_me", "archive_group"}
EXPENDABLE_STAFF = {"staff_sign_out", "end_staff_sessions"}
# Bytes as any others, under a name that schemathesis does not know.
schemathesis.serializer.alias("application/partial-upload", "application/octet-stream")


def schema_of(service: str) -> dict[str, Any]:
    app = FastAPI()
    for router in importlib.import_module(f"{service}.api.router").ROUTERS:
        app.include_router(router)
    return app.openapi()


@pytest.fixture(scope="module")
def officer(panel: Story) -> Iterator[tuple[Session, str]]:
    """A chair with a group that may be spoiled."""
    resident = panel.residents[16]
    with panel.visitor.sign_in_member(resident.email, "tram violet thunder biscuit") as session:
        panel.codes.enrol(resident.email, session.add_authenticator())
        session.confirm_authenticator(panel.codes.next(resident.email))
        group_id = session.found_group(
            kind="ward_panel", name=f"Spoiled {panel.run}", purpose="Anything", visibility="hidden", area="E05009317"
        )
        yield session, str(group_id)


def session_for(row: Row, panel: Story, officer: Session) -> Session | None:
    if Who.PUBLIC in row.who:
        return None
    if row.id in EXPENDABLE | EXPENDABLE_STAFF:
        return panel.coordinator.session if row.id in EXPENDABLE_STAFF else panel.residents[17].session
    if Who.MEMBER in row.who:
        return officer
    return panel.police.session if Who.POLICE in row.who else panel.administrator.session


class Fuzz:
    """Sends what schemathesis thinks of and remembers what came back."""

    def __init__(self, http: httpx.Client, group_id: str) -> None:
        self._http = http
        self._group_id = group_id
        self.faults: set[str] = set()
        self.statuses: Counter[int] = Counter()

    def route(self, operation: Any, row: Row, session: Session | None) -> None:  # Any: schemathesis's own type
        cases = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE) | operation.as_strategy()

        @settings(
            max_examples=CASES_PER_ROUTE,
            deadline=None,
            database=None,
            derandomize=IS_SLICE,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def send(case: Any) -> None:  # Any: schemathesis's own type
            self._send(case, row, session)

        send()

    def _send(self, case: Any, row: Row, session: Session | None) -> None:
        if "group_id" in case.path_parameters and row.id != "leave_group":
            case.path_parameters["group_id"] = self._group_id
        request = case.as_transport_kwargs(base_url=str(self._http.base_url))
        headers = {n: v for n, v in (request["headers"] or {}).items() if n.lower() != "authorization"}
        if session is not None:
            headers["authorization"] = f"Bearer {session.access_token()}"
        body = request.get("data")
        try:
            answer = self._http.request(
                request["method"],
                request["url"],
                params=request.get("params"),
                content=body if isinstance(body, bytes | str) else None,
                data=body if isinstance(body, dict) else None,
                json=request.get("json"),
                headers=headers,
            )
        except (httpx.InvalidURL, UnicodeEncodeError, httpx.LocalProtocolError, TypeError):
            return  # not a request that can be sent
        self.statuses[answer.status_code] += 1
        kind = answer.headers.get("content-type", "")
        is_told = kind.startswith(("application/problem+json", "text/html"))
        if answer.status_code >= 500 or (answer.status_code >= 400 and not is_told):
            self.faults.add(f"{row.method} {row.path}: {answer.status_code} {kind} {answer.text[:200]}")


@pytest.mark.parametrize("service", SERVICES)
def test_bad_input_gives_a_problem_and_never_a_fault(panel: Story, officer: tuple[Session, str], service: str) -> None:
    chair, group_id = officer
    schema = schemathesis.openapi.from_dict(schema_of(service))
    rows = [row for row in ROWS if row.service == service]
    with httpx.Client(base_url=panel.ground.url, timeout=30) as http:
        fuzz = Fuzz(http, group_id)
        for row in rows:
            fuzz.route(schema[row.path][row.method], row, session_for(row, panel, chair))
    refused_early = fuzz.statuses[401] + fuzz.statuses[404]
    assert refused_early < fuzz.statuses.total() * 0.8, "most was refused before a route was reached"
    print(f"{service}: {fuzz.statuses.total()} requests, {dict(sorted(fuzz.statuses.items()))}")
    assert not fuzz.faults, "\n".join(sorted(fuzz.faults)[:20])
