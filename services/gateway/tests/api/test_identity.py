"""Who somebody is comes from their access token alone, and what a service is told from the gateway alone."""

import re
from dataclasses import replace

import pytest
from shared.auth import access, passes
from shared.auth.internal import HEADER, check_internal_token
from shared.auth.keyfiles import load_signing_key
from shared.auth.principal import Assurance, Role
from shared.clock import now
from shared.ids import new_id
from shared.testing.bad_tokens import BAD, BAD_ACCESS, forge, good_of
from shared.testing.issuer import a_member, a_police_system, a_staff_member

from services.gateway.tests.conftest import Door

FORGED = {
    "ow-internal": "forged",
    "ow-pass": "forged",
    "ow-correlation": "01900000-0000-7000-8000-000000000001",
    "x-forwarded-for": "10.0.0.1",
    "x-forwarded-user": "admin",
    "forwarded": "for=10.0.0.1",
    "x-real-ip": "10.0.0.1",
    "cookie": "session=x",
    "connection": "keep-alive, authorization",
    "te": "trailers",
    "proxy-authorization": "Basic eDp5",
}


async def test_identity_headers_from_outside_never_arrive(door: Door) -> None:
    person, group_id = a_member(), new_id()
    answer = await door.ask("GET", f"/groups/{group_id}/documents", person, headers=FORGED)
    assert answer.status_code == 200
    (seen,) = door.upstream.seen
    assert seen.header("ow-pass") == "a-pass-of-groups"
    assert seen.header("authorization") == answer.request.headers["authorization"]
    assert seen.header("ow-correlation") == answer.headers["ow-correlation"] != FORGED["ow-correlation"]
    check_internal_token(
        seen.header(HEADER) or "",
        door.issuer.trust,
        audience="documents",
        method="GET",
        target=f"/groups/{group_id}/documents",
        now=now(),
    )
    arrived = {name for name, _ in seen.headers}
    assert not arrived & (set(FORGED) - {"ow-internal", "ow-pass", "ow-correlation", "connection"})


async def test_a_public_row_carries_nobodys_identity(door: Door) -> None:
    assert (await door.ask("GET", "/areas", a_member(), headers=FORGED)).status_code == 200
    (seen,) = door.upstream.seen
    assert seen.header("authorization") is None
    assert seen.header("ow-pass") is None


@pytest.mark.parametrize("scheme", ["Basic eDp5", "Bearer", "Bearer ", "Token x", "bearer\tx", "x", "Negotiate x"])
@pytest.mark.parametrize("target", ["/areas", "/me"])
async def test_another_scheme_opens_nothing(scheme: str, target: str, door: Door) -> None:
    answer = await door.raw(
        f"GET {target} HTTP/1.1\r\nHost: a\r\nAuthorization: {scheme}\r\nConnection: close\r\n\r\n".encode()
    )
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"application/problem+json" in answer
    assert not door.upstream.seen


async def test_bad_access_tokens_open_nothing(door: Door) -> None:
    keys = [load_signing_key(door.issuer.key_folder, name) for name in (access.ISSUER, passes.ISSUER)]
    for case in (*BAD, *BAD_ACCESS):
        token = forge(good_of(door.issuer.access(a_member()), *keys), case)
        answer = await door.client.get("/me", headers={"authorization": f"Bearer {token}".rstrip()})
        assert answer.status_code == 401, case.name
        assert answer.headers["content-type"] == "application/problem+json"
    assert not door.upstream.seen


async def test_a_token_that_runs_out_is_no_longer_remembered(door: Door) -> None:
    person = a_member()
    token = door.issuer.access(person)
    recognition = door.resources.entrance._admission._recognition
    assert recognition.recognise(token, now()).id == person.id
    with pytest.raises(Exception, match="expired"):
        recognition.recognise(token, now() + access.LIFE * 2)


async def test_staff_of_one_factor_reach_what_gets_them_a_second_and_nothing_else(door: Door) -> None:
    """P30: such as those who came in with a recovery code."""
    weak = replace(a_staff_member(Role.POLICE, frozenset({"E09000030"})), assurance=Assurance.ONE_FACTOR)
    for method, path in (("GET", "/staff/me"), ("GET", "/staff/groups"), ("POST", "/staff/me/recovery-codes")):
        refused = await door.ask(method, path, weak)
        assert (refused.status_code, refused.json()["code"]) == (403, "gateway.second_factor_needed")
    assert not door.upstream.seen
    for path in ("/staff/me/authenticator", "/staff/sessions/current/step-up"):
        assert (await door.ask("POST", path, weak)).status_code == 200


async def test_staff_and_machines_have_no_way_to_documents(door: Door) -> None:
    """P2: every documents route, for everybody who is no member; the first of six walls."""
    from gateway.domain.policy import ROWS

    people = [
        a_police_system(),
        *(a_staff_member(r, frozenset({"E09000030"})) for r in Role if r is not Role.POLICE_SYSTEM),
    ]
    for row in (row for row in ROWS if row.service == "documents"):
        path = re.sub(r"\{\w+\}", lambda _: str(new_id()), row.path)
        for person in people:
            assert (await door.ask(row.method, path, person)).status_code == 403, row.id
    assert not door.upstream.seen
    assert not door.upstream.passes_asked
