"""Passes: who gets which, for how long (P2, P5, P18)."""

from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from shared.auth.jurisdiction import read_jurisdiction_pass
from shared.auth.memberships import read_memberships_pass
from shared.auth.passes import Right, read_group_pass
from shared.auth.principal import Assurance, Principal
from shared.clock import now
from shared.testing.issuer import a_member, a_police_system

from services.groups.tests.conftest import FORCE, World


async def test_a_group_pass_says_office_rights_and_version(world: World, chair: Principal, panel: UUID) -> None:
    token = (await world.passed(chair, panel)).json()["pass"]
    proof = read_group_pass(token, world.issuer.trust, audience="messaging", now=now())
    assert (proof.person_id, proof.group_id, proof.office) == (chair.id, panel, "chair")
    assert proof.rights == frozenset(Right)
    member = await world.member(chair, panel)
    token = (await world.passed(member, panel)).json()["pass"]
    assert read_group_pass(token, world.issuer.trust, audience="messaging", now=now()).membership_version == 2


async def test_a_memberships_pass_holds_active_groups_alone(world: World, chair: Principal, panel: UUID) -> None:
    other = await world.group(chair)
    asker = await world.asker(chair, panel)
    for person, groups in ((chair, frozenset({panel, other})), (asker, frozenset())):
        token = (await world.passed(person, None, "memberships")).json()["pass"]
        proof = read_memberships_pass(token, world.issuer.trust, audience="messaging", now=now())
        assert (proof.person_id, proof.group_ids) == (person.id, groups)


async def test_a_jurisdiction_pass_is_for_staff_of_the_area(world: World, panel: UUID) -> None:
    for staff in (await world.police(FORCE), await world.coordinator()):
        token = (await world.passed(staff, panel, "jurisdiction")).json()["pass"]
        proof = read_jurisdiction_pass(token, world.issuer.trust, audience="messaging", now=now())
        assert (proof.staff_id, proof.group_id) == (staff.id, panel)


async def test_staff_of_one_factor_get_no_pass(world: World, panel: UUID) -> None:
    weak = replace(await world.police(FORCE), assurance=Assurance.ONE_FACTOR)
    assert (await world.passed(weak, panel, "jurisdiction")).status_code == 404


async def test_a_jurisdiction_pass_names_a_person_whom_staff_see_in_the_group(
    world: World, chair: Principal, panel: UUID
) -> None:
    """P16: before identity shows a contact, groups says that this person belongs to this group in the area."""
    police, member, asker = await world.police(FORCE), await world.member(chair, panel), await world.asker(chair, panel)

    async def asked(person: Principal, group_id: UUID = panel) -> httpx.Response:
        body = {"kind": "jurisdiction", "group_id": str(group_id), "person_id": str(person.id), "audience": "identity"}
        return await world.ask("POST", "/internal/passes", police, body)

    token = (await asked(member)).json()["pass"]
    proof = read_jurisdiction_pass(token, world.issuer.trust, audience="identity", now=now())
    assert (proof.staff_id, proof.group_id, proof.person_id) == (police.id, panel, member.id)
    for stranger in (asker, a_member()):
        assert (await asked(stranger)).status_code == 404
    assert (await asked(member, await world.group(chair))).status_code == 404
    removal = {"reason": "Moved away"}
    path = f"/groups/{panel}/memberships/{member.id}/remove"
    assert (await world.ask("POST", path, chair, removal)).is_success
    assert (await asked(member)).status_code == 404


async def test_no_other_plane_gets_a_members_pass(world: World, chair: Principal, panel: UUID) -> None:
    as_coordinator = await world.coordinator(person=chair)
    for who in (as_coordinator, await world.police(FORCE), a_police_system()):
        for kind in ("group", "memberships"):
            assert (await world.passed(who, panel, kind)).status_code == 404
    assert (await world.passed(chair, panel, "jurisdiction")).status_code == 404


async def test_staff_get_no_pass_of_any_kind_for_documents(world: World, panel: UUID) -> None:
    police = await world.police(FORCE)
    for kind in ("group", "memberships", "jurisdiction"):
        body = {"kind": kind, "group_id": str(panel), "audience": "documents"}
        assert (await world.ask("POST", "/internal/passes", police, body)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "other", "audience": "messaging"},
        {"kind": "group", "audience": "identity"},
        {"kind": "group", "audience": ["documents", "messaging"]},
        {"kind": "group", "audience": "messaging", "group_id": "x"},
        {"kind": "memberships", "audience": "messaging", "person_id": "00000000-0000-7000-8000-000000000001"},
        {"kind": "group", "audience": "messaging", "person_id": "00000000-0000-7000-8000-000000000001"},
        {"kind": "jurisdiction", "audience": "messaging", "person_id": "x"},
    ],
)
async def test_a_pass_is_asked_for_properly(world: World, chair: Principal, body: dict[str, object]) -> None:
    assert (await world.ask("POST", "/internal/passes", chair, body)).status_code == 422
