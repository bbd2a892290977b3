"""Markings by two authorities, and what keeps them honest (P6 to P9)."""

from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.statements import verify_marking
from groups.storage.tables import marker_salts, marking_details, marking_entries
from shared.auth.principal import Principal, Role
from shared.clock import now
from shared.testing.issuer import a_staff_member
from sqlalchemy import delete, update
from sqlalchemy.exc import ProgrammingError

from services.groups.tests.conftest import FORCE, World


async def _codes(world: World, panel: UUID, chair: Principal) -> list[tuple[str, str]]:
    entries = (await world.ask("GET", f"/groups/{panel}/markings", chair)).json()["entries"]
    return [(entry["authority"], entry["entry"]) for entry in entries]


async def test_both_authorities_mark_and_neither_touches_the_other(world: World, chair: Principal, panel: UUID) -> None:
    police, coordinator = await world.police(), await world.coordinator()
    assert (await world.mark(police, panel)).json()["authority"] == "police"
    assert (await world.mark(coordinator, panel)).json()["authority"] == "ourwatch"
    assert (await world.withdraw(police, panel)).status_code == 200
    assert (await world.withdraw(police, panel)).json()["code"] == "groups.not_marked"
    group = (await world.ask("GET", f"/groups/{panel}", chair)).json()
    assert [each["authority"] for each in group["markings"]] == ["ourwatch"]
    assert await _codes(world, panel, chair) == [("police", "grant"), ("ourwatch", "grant"), ("police", "withdrawal")]


async def test_another_police_organisation_withdraws_nothing(world: World, panel: UUID) -> None:
    await world.mark(await world.police(), panel)
    assert (await world.withdraw(await world.police(), panel)).json()["code"] == "groups.not_marked"


async def test_a_marking_is_given_once(world: World, panel: UUID) -> None:
    police = await world.police()
    assert (await world.mark(police, panel)).status_code == 201
    assert (await world.mark(police, panel)).json()["code"] == "groups.marked_already"
    await world.withdraw(police, panel)
    assert (await world.mark(police, panel)).status_code == 201


async def test_statements_verify_offline_with_the_published_keys_alone(
    world: World, chair: Principal, panel: UUID
) -> None:
    member = await world.member(chair, panel)
    police, coordinator = await world.police(), await world.coordinator()
    statements = [
        (await world.mark(police, panel)).json()["statement"],
        (await world.mark(coordinator, panel)).json()["statement"],
        (await world.mark(police, panel, member)).json()["statement"],
    ]
    jwks = (await world.ask("GET", "/marking-keys")).json()
    said = [verify_marking(statement, jwks, now()) for statement in statements]
    assert [(s.draft.authority, s.draft.subject_kind) for s in said if s] == [
        ("police", "group"),
        ("ourwatch", "group"),
        ("police", "member"),
    ]
    assert str(member.id) not in str(said)
    assert "d" not in jwks["keys"][0]


async def test_a_check_says_current_withdrawn_or_nothing(world: World, panel: UUID) -> None:
    police = await world.police()
    statement = (await world.mark(police, panel)).json()["statement"]
    assert (await world.ask("POST", "/markings/check", None, {"statement": statement})).json()["standing"] == "current"
    await world.withdraw(police, panel)
    checked = (await world.ask("POST", "/markings/check", None, {"statement": statement})).json()
    assert (checked["genuine"], checked["standing"]) == (True, "withdrawn")
    answers = {
        (await world.ask("POST", "/markings/check", None, {"statement": wrong})).content
        for wrong in (statement[:-10] + "A" * 10, "no statement", str(panel), "a.b.c")
    }
    assert len(answers) == 1
    assert b'"genuine":false' in answers.pop()


async def test_who_coordinates_a_scheme_is_marked_as_that(world: World) -> None:
    founder = await world.resident()
    scheme = await world.group(founder, "neighbourhood_watch")
    member = await world.member(founder, scheme)
    police = await world.police()
    assert (await world.mark(police, scheme, founder)).json()["subject_kind"] == "scheme_coordinator"
    assert (await world.mark(police, scheme, member)).json()["subject_kind"] == "member"
    listed = (await world.ask("GET", f"/groups/{scheme}/memberships", founder)).json()["members"]
    assert [[marking["authority"] for marking in each["markings"]] for each in listed] == [["police"], ["police"]]
    assert (await world.withdraw(police, scheme, member)).status_code == 200


async def test_only_an_active_member_is_marked(world: World, chair: Principal, panel: UUID) -> None:
    police = await world.police()
    for person in (await world.asker(chair, panel), await world.resident()):
        assert (await world.mark(police, panel, person)).json()["code"] == "groups.not_active"


async def test_nobody_marks_themselves_or_a_group_they_lead(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    as_chair = await world.coordinator(person=chair)
    as_member = await world.coordinator(person=member)
    assert (await world.mark(as_chair, panel)).json()["code"] == "groups.cannot_mark_your_own_group"
    assert (await world.mark(as_chair, panel, member)).json()["code"] == "groups.cannot_mark_your_own_group"
    assert (await world.mark(as_chair, panel, chair)).json()["code"] == "groups.cannot_mark_yourself"
    assert (await world.mark(as_member, panel, member)).json()["code"] == "groups.cannot_mark_yourself"
    second_account = await world.police(person_id=chair.id)
    assert (await world.mark(second_account, panel)).json()["code"] == "groups.cannot_mark_your_own_group"


async def test_a_mere_membership_is_declared(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    declared = await world.mark(await world.coordinator(person=member), panel)
    assert declared.json()["declared_membership"] is True
    assert (await world.mark(await world.police(), panel)).json()["declared_membership"] is False


async def test_one_human_with_two_accounts_gives_one_of_the_two_markings(world: World, panel: UUID) -> None:
    human = await world.resident()
    coordinator = await world.coordinator(person=human)
    police = await world.police(person_id=human.id)
    assert (await world.mark(coordinator, panel)).status_code == 201
    assert (await world.mark(police, panel)).json()["code"] == "groups.one_person_marks_once"


async def test_role_and_organisation_name_the_same_authority(world: World, panel: UUID) -> None:
    for role, authority in ((Role.POLICE, "ourwatch"), (Role.COORDINATOR, "police"), (Role.POLICE, None)):
        staff = a_staff_member(role, frozenset({FORCE}), await world.organisation(authority))
        assert (await world.mark(staff, panel)).json()["code"] == "groups.organisation_cannot_mark"
    unheard_of = a_staff_member(Role.POLICE, frozenset({FORCE}))
    assert (await world.mark(unheard_of, panel)).status_code == 503
    administrator = a_staff_member(Role.ADMINISTRATOR, frozenset({FORCE}))
    assert (await world.mark(administrator, panel)).json()["code"] == "groups.not_your_role"


async def test_no_marking_gives_membership_office_or_right(world: World, panel: UUID) -> None:
    coordinator = await world.coordinator()
    await world.mark(coordinator, panel)
    person = await world.resident()
    assert (await world.passed(person, panel)).status_code == 404


async def test_the_twenty_first_member_comes_after_the_first_marking(
    world: World, chair: Principal, panel: UUID
) -> None:
    askers = [await world.asker(chair, panel) for _ in range(20)]
    assert (await world.admit(chair, panel, *askers)).json()["code"] == "groups.full_until_marked"
    assert (await world.admit(chair, panel, *askers[:19])).status_code == 200
    assert (await world.admit(chair, panel, askers[19])).json()["code"] == "groups.full_until_marked"
    police = await world.police()
    await world.mark(police, panel)
    await world.withdraw(police, panel)
    assert (await world.admit(chair, panel, askers[19])).status_code == 200


async def test_the_service_itself_cannot_rewrite_a_marking(resources: Resources) -> None:
    for statement in (
        update(marking_entries).values(declared_membership=True),
        delete(marking_entries),
        update(marking_details).values(reason="other"),
        update(marker_salts).values(number=0),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with resources.engine.begin() as connection:
                await connection.execute(statement)
