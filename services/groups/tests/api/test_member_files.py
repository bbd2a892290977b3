"""The members as a file that no spreadsheet runs, and people from a file, alike for known and unknown."""

import csv
import io
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from shared.auth.principal import Principal
from shared.clock import now
from shared.contracts.identity import PersonChanged
from shared.ids import new_id
from shared.testing.client import signed

from services.groups.tests.api.test_invitations import address, known_as, told, withdraw
from services.groups.tests.api.test_kept_people import keep, kept
from services.groups.tests.api.test_offices import appoint
from services.groups.tests.api.test_suspending import mine, suspend
from services.groups.tests.conftest import WARD, World

TODAY = now().date().isoformat()
TO_KEEP = "name,how_to_reach,consent_on,consent_how"


async def bring(
    world: World, who: Principal, group: UUID, text: str | bytes, kind: str = "text/csv", **headers: str
) -> httpx.Response:
    proof = signed(world.issuer, who, "groups") | {"content-type": kind}
    return await world.client.post(f"/groups/{group}/members/import", content=text, headers=proof | headers)


async def outcomes(world: World, who: Principal, group: UUID, text: str | bytes) -> list[tuple[int, str, str | None]]:
    answer = await bring(world, who, group, text)
    assert answer.status_code == 200, answer.text
    return [(each["line"], each["outcome"], each["code"]) for each in answer.json()["lines"]]


async def export(world: World, who: Principal, group: UUID) -> httpx.Response:
    return await world.ask("GET", f"/groups/{group}/members.csv", who)


async def rename(world: World, person: Principal, name: str) -> None:
    await world.hear(PersonChanged(person_id=person.id, display_name=name, state="active", area=WARD, version=2))


async def test_the_file_has_who_belongs_and_then_who_is_kept(world: World, chair: Principal, panel: UUID) -> None:
    secretary, suspended = await world.member(chair, panel), await world.member(chair, panel)
    await world.asker(chair, panel)
    await rename(world, secretary, 'Sam "Sec", Esq.')
    await rename(world, suspended, "Zoë Žižek")
    await appoint(world, chair, panel, "secretary", secretary)
    await suspend(world, chair, panel, suspended)
    await keep(world, chair, panel)
    answer = await export(world, chair, panel)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="members.csv"'
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert answer.content.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))
    assert rows == [
        ["name", "office", "state", "since", "how_to_reach"],
        ["Chandra Chair", "chair", "active", TODAY, ""],
        ['Sam "Sec", Esq.', "secretary", "active", TODAY, ""],
        ["Zoë Žižek", "", "suspended", TODAY, ""],
        ["Ann Other", "", "kept", TODAY, "Knock at number 3"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
async def test_no_cell_is_taken_for_a_formula(world: World, chair: Principal, panel: UUID, start: str) -> None:
    await rename(world, chair, f'{start}HYPERLINK("http://evil.example")')
    if start.isprintable():
        await keep(world, chair, panel, name=f"{start}1+1", how_to_reach=f"{start}44 20 7946 0000")
    text = (await export(world, chair, panel)).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), strict=True) for cell in row]
    assert f'\'{start}HYPERLINK("http://evil.example")' in cells
    assert not [cell for cell in cells if cell.startswith(start)]


async def test_officers_alone_take_the_list_along_and_bring_people(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    for answer in (await export(world, member, panel), await bring(world, member, panel, "email\na@example.org\n")):
        assert answer.json()["code"] == "groups.not_an_officer"
    stranger, correlation = await world.resident(), {"ow-correlation": str(new_id())}
    answers = [
        await bring(world, stranger, group, "email\na@example.org\n", **correlation) for group in (panel, new_id())
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


async def test_each_line_of_addresses_is_invited_or_refused_alike_for_known_and_unknown(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    known, unknown = address(), address()
    person = await known_as(world, resources, known)
    text = f"Email\r\n{known}\r\nno address\r\n\r\n{unknown}\r\n{known}\r\na@example.org,b@example.org\r\n"
    expected = [
        (2, "invited", None),
        (3, "refused", "groups.not_an_address"),
        (5, "invited", None),
        (6, "invited", None),
        (7, "refused", "groups.not_an_address"),
    ]
    for _ in range(2):  # the same list again changes nothing
        assert await outcomes(world, chair, panel, text) == expected
    assert [each["my_state"] for each in await mine(world, person)] == ["invited"]
    assert len(await told(resources, panel)) == 2
    assert tag_of(known, resources.email_tag_key) not in str(await told(resources, panel))


async def test_lines_above_what_a_group_may_invite_are_refused_and_hold_up_no_other(
    world: World, chair: Principal, panel: UUID
) -> None:
    emails = [address() for _ in range(22)]
    result = await outcomes(world, chair, panel, "\n".join(["email", *emails]))
    assert [code for _, _, code in result] == [None] * 20 + ["groups.too_many_invitations"] * 2
    await withdraw(world, chair, panel, emails[0])
    assert (await outcomes(world, chair, panel, f"email\n{emails[21]}"))[0][1] == "invited"


async def test_each_line_of_people_is_kept_with_its_consent_or_refused(
    world: World, chair: Principal, panel: UUID
) -> None:
    lines = [
        TO_KEEP,
        f'"Ann Other","Flat 3, second floor",{TODAY},spoken',
        f"Bob,Knock,{TODAY},guessed",
        "Cid,Knock,,written",
        "Dot,Knock,9999-01-01,written",
        f",Knock,{TODAY},written",
        f"Eve,Knock,{TODAY}",
    ]
    incomplete = ("refused", "groups.line_not_complete")
    for _ in range(2):
        assert await outcomes(world, chair, panel, "\ufeff" + "\r\n".join(lines)) == [
            (2, "kept", None),
            (3, *incomplete),
            (4, *incomplete),
            (5, "refused", "groups.no_such_consent"),
            (6, *incomplete),
            (7, *incomplete),
        ]
    (ann,) = await kept(world, chair, panel)
    assert (ann["name"], ann["how_to_reach"]) == ("Ann Other", "Flat 3, second floor")


@pytest.mark.parametrize(
    "text",
    ["", "phone\n1", "email,name\na@example.org,Ann", 'email\n"open', "email\n" + "a@example.org\n" * 201,
     "email\n" + "x" * (64 << 10), b"email\n\xff\xfe"],
)  # fmt: skip
async def test_what_is_no_list_is_refused_whole(world: World, chair: Principal, panel: UUID, text: str | bytes) -> None:
    refused = await bring(world, chair, panel, text)
    assert (refused.status_code, refused.json()["code"]) == (422, "groups.not_a_list")


async def test_a_list_says_that_it_is_one(world: World, chair: Principal, panel: UUID) -> None:
    refused = await bring(world, chair, panel, "email\na@example.org\n", kind="text/plain")
    assert refused.json()["code"] == "groups.not_a_list"


async def test_one_idempotency_key_brings_a_list_once(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    key: dict[str, Any] = {"idempotency-key": f"import-{new_id()}"}
    text = f"email\n{address()}\n"
    answers = [await bring(world, chair, panel, text, **key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert (await bring(world, chair, panel, f"email\n{address()}\n", **key)).status_code == 409
    assert len(await told(resources, panel)) == 1
