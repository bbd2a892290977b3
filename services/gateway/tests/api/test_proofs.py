"""Passes and ended sessions: what the gateway asks at this moment, and how it closes when nobody answers."""

from dataclasses import replace
from typing import Any

import pytest
from gateway.app import create_app
from gateway.bootstrap import open_resources
from gateway.upstream.revocations import TRUSTED_SECONDS
from shared.auth.principal import Role
from shared.ids import new_id
from shared.servers.ports import free_ports
from shared.testing.issuer import a_member, a_staff_member
from shared.testing.serving import serving

from services.gateway.tests.conftest import Door, settings_for

POLICE = a_staff_member(Role.POLICE, frozenset({"E09000030"}))


def is_problem(answer: Any, status: int) -> bool:
    return bool(
        answer.status_code == status
        and answer.headers["content-type"] == "application/problem+json"
        and answer.json()["status"] == status
        and (status != 503 or int(answer.headers["retry-after"]) > 0)
    )


@pytest.mark.parametrize("refusal", [403, 404, 422])
async def test_without_a_pass_there_is_nothing_there(refusal: int, door: Door) -> None:
    """P14: one answer for a group that is hidden, somebody else's, no id at all, or not there."""
    door.upstream.pass_status = refusal
    answers = [await door.ask("GET", f"/groups/{name}/documents", a_member()) for name in (new_id(), "x")]
    assert all(is_problem(answer, 404) for answer in answers)
    assert len({tuple(sorted({**answer.json(), "correlation_id": ""}.items())) for answer in answers}) == 1
    assert not door.upstream.seen


@pytest.mark.parametrize("fault", [401, 429, 500, 502, 503])
async def test_when_groups_cannot_say_the_door_stays_shut(fault: int, door: Door) -> None:
    door.upstream.pass_status = fault
    assert is_problem(await door.ask("GET", f"/groups/{new_id()}/documents", a_member()), 503)
    assert not door.upstream.seen


async def test_a_pass_is_asked_for_every_time(door: Door) -> None:
    """P18: a removal bites on the next request."""
    person, target = a_member(), f"/groups/{new_id()}/documents"
    for _ in range(3):
        assert (await door.ask("GET", target, person)).status_code == 200
    assert len(door.upstream.passes_asked) == 3
    door.upstream.pass_status = 404
    assert is_problem(await door.ask("GET", target, person), 404)


async def test_groups_is_asked_about_the_person_of_the_path_where_staff_want_a_contact(door: Door) -> None:
    """P16: the pass over a person is never one over the group alone."""
    group_id, person_id = str(new_id()), str(new_id())
    path = f"/staff/groups/{group_id}/memberships/{person_id}/contact"
    assert (await door.ask("GET", f"{path}?purpose=Burglary", POLICE)).status_code == 200
    asked = door.upstream.passes_wanted[-1]
    assert asked == {"kind": "jurisdiction", "group_id": group_id, "person_id": person_id, "audience": "identity"}
    (seen,) = door.upstream.seen
    assert seen.header("ow-pass") == "a-pass-of-groups"
    door.upstream.pass_status = 404
    assert is_problem(await door.ask("GET", path, POLICE), 404)


async def test_a_session_that_ended_is_refused_after_a_poll(door: Door) -> None:
    person, another = a_member(), a_member()
    assert (await door.ask("GET", "/me", person)).status_code == 200
    door.upstream.ended.add(person.session_id)
    await door.polled()
    assert is_problem(await door.ask("GET", "/me", person), 401)
    assert is_problem(await door.ask("GET", "/me", replace(person, id=new_id())), 401)
    assert (await door.ask("GET", "/me", another)).status_code == 200


async def test_staff_and_second_factors_wait_while_ended_sessions_are_not_known(door: Door) -> None:
    """security.md: what is older than 15 s is not trusted for them. Members' plain rows go on."""
    door.upstream.revocations_status = 503
    await door.polled()
    revocations = door.resources.revocations
    assert revocations.are_known
    assert revocations._asked_at is not None
    revocations._asked_at -= TRUSTED_SECONDS
    group = f"/groups/{new_id()}"
    assert is_problem(await door.ask("GET", "/staff/groups", POLICE), 503)
    assert is_problem(await door.ask("GET", f"/staff{group}/messages", POLICE), 503)
    assert is_problem(await door.ask("POST", f"{group}/admissions", a_member(), json={}), 503)
    assert (await door.ask("GET", "/me", a_member())).status_code == 200
    assert (await door.ask("GET", f"{group}/documents", a_member())).status_code == 200
    assert (await door.ask("GET", "/areas")).status_code == 200
    assert is_problem(await door.ask("GET", "/health/ready"), 503)
    assert (await door.ask("GET", "/health/live")).status_code == 200

    door.upstream.revocations_status = 200
    await door.polled()
    assert (await door.ask("GET", "/staff/groups", POLICE)).status_code == 200


async def test_a_poll_that_tells_nonsense_does_not_end_the_polling(door: Door) -> None:
    from starlette.responses import JSONResponse

    upstream, call = door.upstream, type(door.upstream).__call__

    async def nonsense(self: Any, scope: Any, receive: Any, send: Any) -> None:
        self.polls += 1
        await JSONResponse(["nonsense"])(scope, receive, send)

    type(upstream).__call__ = nonsense  # type: ignore[method-assign] # the whole service talks nonsense for a while
    try:
        await door.polled()
    finally:
        type(upstream).__call__ = call  # type: ignore[method-assign] # and comes to its senses
    await door.polled()
    assert door.resources.revocations.are_known


async def test_services_that_are_down_are_said_to_be(door: Door) -> None:
    nowhere = f"http://127.0.0.1:{free_ports(1)[0]}"
    async with open_resources(settings_for(door.issuer, nowhere)) as resources, serving(create_app(resources)) as url:
        for target in ("/areas", "/me", f"/groups/{new_id()}/documents"):
            answer = await door.client.get(url + target, headers=door.bearer(a_member()))
            assert is_problem(answer, 503), target
        assert is_problem(await door.client.get(url + "/staff/me", headers=door.bearer(POLICE)), 503)
