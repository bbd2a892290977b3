"""A message reaches whom it is for: members, lists, offices and areas, less whom it leaves out (P16, P23, P25)."""

from typing import Any
from uuid import UUID

import pytest
from shared.auth.principal import Role
from shared.clock import now
from shared.contracts.groups import AreaChanged, GroupChanged, OfficeChanged
from shared.contracts.identity import ConsentChanged, PersonChanged
from shared.ids import new_id
from shared.testing.client import signed

from services.messaging.tests.conftest import Group, Person, an_address, text_of

BOROUGH, WARD, NEXT_WARD, ELSEWHERE = "E09000030", "E05009326", "E05009327", "E05000999"
MEMBERS = {"kind": "members"}


@pytest.fixture(autouse=True)
async def areas(group: Group) -> None:
    """Two wards in the staff's borough, and one elsewhere."""
    for code, level, parent in (
        (BOROUGH, "borough", None),
        (WARD, "ward", BOROUGH),
        (NEXT_WARD, "ward", BOROUGH),
        (ELSEWHERE, "ward", "E09000099"),
    ):
        await group.bus.tell(AreaChanged(code=code, name=f"Area {code}", level=level, parent=parent, version=1))


async def live_in(
    group: Group, person: Person, area: str, *, consents: bool = True, version: int = 2
) -> ConsentChanged:
    consent = ConsentChanged(
        consent_id=new_id(),
        person_id=person.id,
        organisation_id=group.organisation_id,
        state="given",
        since=now(),
        version=1,
    )
    await group.bus.tell(
        PersonChanged(person_id=person.id, display_name="Amina", state="active", area=area, version=version),
        *([consent] if consents else []),
    )
    return consent


async def hold(group: Group, person: Person, office: str, *, ended: bool = False) -> None:
    term = OfficeChanged(
        term_id=person.membership_id,
        group_id=group.id,
        person_id=person.id,
        office=office,
        rights=[],
        since=now(),
        until=now() if ended else None,
        version=2 if ended else 1,
    )
    await group.bus.tell(term)


async def alert(group: Group, include: list[Any], exclude: list[Any] | None = None, **more: Any) -> Any:
    """The answer to police who send an alert to several."""
    told = {
        "subject": "Van thefts",
        "body": "Lock your van.",
        "priority": 2,
        "audience": {"include": include, "exclude": exclude or []},
        **more,
    }
    headers = signed(group.issuer, group.staff(), "messaging")
    return await group.client.post("/staff/messages", headers=headers, json=told)


async def sent_to(group: Group, message_id: str) -> set[str]:
    """Has a worker send all of it: whose mailboxes it then lies in."""
    for body in await group.bus.all_chunks(message_id):
        await group.bus.sending().handle(body)
    return {str(person.email) for person in group.people if [m for m in group.mails(person.email) if m["Subject"]]}


async def inbox_of(group: Group, person: Person, *group_ids: UUID) -> list[str]:
    answer = await group.client.get("/inbox", headers=group.inbox_headers(person, *group_ids))
    return [each["id"] for each in answer.json()["messages"]]


async def test_an_officer_writes_to_a_list_less_somebody(group: Group) -> None:
    on_both, on_one, member = await group.add(), await group.add(), await group.add()
    wanted, unwanted = await group.make_list("Wanted"), await group.make_list("Unwanted")
    for list_id, people in ((wanted, (on_both, on_one)), (unwanted, (on_both,))):
        for person in people:
            assert (await group.ask("PUT", f"/lists/{list_id}/members/{person.id}")).status_code == 204
    outside = await group.contact(wanted)
    audience = {
        "include": [{"kind": "list", "list_id": wanted}],
        "exclude": [{"kind": "list", "list_id": unwanted}],
    }
    message_id = await group.write(audience=audience)
    await group.bus.send(group.id)
    assert [len(group.mails(each.email)) for each in (on_both, on_one, member)] == [0, 1, 0]
    (mail,) = group.mails(on_one.email)
    assert "on the mailing list “Wanted” of Mile End Panel" in text_of(mail)
    assert [m["Subject"] for m in group.mails(outside)][1:] == ["Street lights"]
    # Only whom it was for reads it, and the officers; leaving it leaves the list and not the group's messages.
    for person, sees in ((on_one, True), (on_both, False), (member, False)):
        answer = await group.ask("GET", f"/messages/{message_id}", group.headers(person))
        assert (answer.status_code == 200, await inbox_of(group, person) == [message_id]) == (sees, sees)
    of_officer, of_member = [
        (await group.ask("GET", f"/messages/{message_id}", who)).json()["why"] for who in (None, group.headers(on_one))
    ]
    assert of_officer.startswith("This was not sent to you")
    assert of_member.startswith("You get this because you are on the mailing list “Wanted” of Mile End Panel. Leaving")
    left = next(str(each["List-Unsubscribe"]) for each in group.mails(on_one.email)).strip("<>")
    await group.client.post(left.removeprefix("http://ourwatch.test"), data={"List-Unsubscribe": "One-Click"})
    await group.write("Second", audience=audience)
    await group.write("Third")
    await group.bus.send(group.id)
    assert [m["Subject"] for m in group.mails(on_one.email)] == ["Street lights", "Third"]


async def test_an_officer_writes_to_those_in_office_now(group: Group) -> None:
    secretary, former = await group.add(), await group.add()
    await hold(group, secretary, "secretary")
    await hold(group, former, "secretary")
    await group.write(audience={"include": [{"kind": "office", "office": "secretary"}]})
    await group.write("To all officers", audience={"include": [{"kind": "office"}]})
    await hold(group, former, "secretary", ended=True)
    await group.bus.send(group.id)
    assert {m["Subject"] for m in group.mails(secretary.email)} == {"Street lights", "To all officers"}
    assert group.mails(former.email) == []
    assert await inbox_of(group, former) == []
    assert "hold an office in Mile End Panel" in text_of(group.mails(secretary.email)[0])


async def test_a_list_of_another_group_is_nobodys_audience(group: Group) -> None:
    audience = {"include": [{"kind": "list", "list_id": str(new_id())}]}
    told = {"subject": "S", "body": "B", "audience": audience}
    for path, body in (("/messages", told), ("/audience", {"audience": audience})):
        answer = await group.ask("POST", path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "messaging.list_of_another_group")


@pytest.mark.parametrize("part", [{"kind": "area", "area": WARD}, {"kind": "group", "group_id": str(new_id())}])
async def test_officers_write_to_no_area_and_no_other_group(group: Group, part: dict[str, str]) -> None:
    told = {"subject": "S", "body": "B", "audience": {"include": [part]}}
    assert (await group.ask("POST", "/messages", json=told)).status_code == 422


async def test_an_alert_to_an_area_reaches_who_lives_there_and_said_yes(group: Group) -> None:
    here, there, silent, away = [await group.add(state="left") for _ in range(4)]
    await live_in(group, here, WARD)
    await live_in(group, there, NEXT_WARD)
    await live_in(group, silent, WARD, consents=False)
    await live_in(group, away, ELSEWHERE)
    answer = await alert(group, [{"kind": "area", "area": BOROUGH}], type="crime_alert")
    assert answer.status_code == 202, answer.text
    message_id = answer.json()["id"]
    assert await sent_to(group, message_id) == {here.email, there.email}
    (mail,) = group.mails(here.email)
    assert f"you live in Area {BOROUGH} and agreed to alerts from Metropolitan Police" in text_of(mail)
    for person, sees in ((here, True), (there, True), (silent, False), (away, False)):
        assert (message_id in await inbox_of(group, person, new_id())) is sees
        whole = await group.client.get(f"/inbox/{message_id}", headers=group.inbox_headers(person, new_id()))
        assert whole.status_code == (200 if sees else 404)
    whole = await group.client.get(f"/inbox/{message_id}", headers=group.inbox_headers(here, new_id()))
    assert whole.json()["why"] == (
        f"You get this because you live in Area {BOROUGH} and agreed to alerts from Metropolitan Police."
        " Leaving ends all alerts of Metropolitan Police, not your membership."
    )
    (seen,) = (await group.client.get("/inbox", headers=group.inbox_headers(here, new_id()))).json()["messages"]
    assert (seen["group_id"], seen["group"], seen["from"]) == (None, None, "Police: Metropolitan Police")


async def test_who_withdrew_consent_or_moved_before_their_turn_gets_nothing(group: Group) -> None:
    withdrew, moved, stays = [await group.add(state="left") for _ in range(3)]
    consent = await live_in(group, withdrew, WARD)
    await live_in(group, moved, WARD)
    await live_in(group, stays, WARD)
    message_id = (await alert(group, [{"kind": "area", "area": WARD}])).json()["id"]
    await group.bus.tell(
        consent.model_copy(update={"state": "withdrawn", "version": 2}),
        PersonChanged(person_id=moved.id, display_name="Amina", state="active", area=ELSEWHERE, version=3),
    )
    assert await sent_to(group, message_id) == {stays.email}


async def test_an_alert_to_groups_and_an_area_less_a_group_is_one_copy_each(group: Group) -> None:
    member, neighbour, officer = await group.add(), await group.add(state="left"), await group.add()
    for person in (member, neighbour, officer):
        await live_in(group, person, WARD)
    await hold(group, officer, "secretary")
    both = [{"kind": "area", "area": WARD}, {"kind": "group", "group_id": str(group.id)}]
    message_id = (await alert(group, both)).json()["id"]
    assert await sent_to(group, message_id) == {member.email, neighbour.email, officer.email, group.chair.email}
    assert len(group.mails(member.email)) == 1
    assert message_id in await inbox_of(group, member)
    # Of several parts each is told their own.
    for person, reason in ((member, "you live in"), (group.chair, "you are a member of Mile End Panel")):
        whole = await group.client.get(f"/inbox/{message_id}", headers=group.inbox_headers(person))
        assert reason in whole.json()["why"]
    less = await alert(group, both, [{"kind": "office", "group_id": str(group.id)}], subject="Less the officers")
    await sent_to(group, less.json()["id"])
    assert [m["Subject"] for m in group.mails(officer.email)] == ["Van thefts"]
    assert [m["Subject"] for m in group.mails(member.email)] == ["Van thefts", "Less the officers"]


async def test_staff_write_only_inside_their_areas(group: Group) -> None:
    far = new_id()
    await group.bus.tell(
        GroupChanged(
            group_id=far,
            kind="ward_panel",
            name="Far",
            visibility="hidden",
            area=ELSEWHERE,
            state="active",
            version=1,
        )
    )
    answers = [
        await alert(group, [part])
        for part in (
            {"kind": "area", "area": ELSEWHERE},
            {"kind": "area", "area": "E23000001"},
            {"kind": "group", "group_id": str(far)},
            {"kind": "group", "group_id": str(new_id())},
            {"kind": "office", "group_id": str(far), "office": "chair"},
        )
    ]
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(403, "messaging.outside_your_areas")}
    # Also to leave somebody out: what it changes in the count would tell of them.
    inside = {"kind": "area", "area": WARD}
    assert (await alert(group, [inside], [{"kind": "group", "group_id": str(far)}])).status_code == 403


async def test_nobody_is_written_to_for_a_group_that_was_closed_meanwhile(group: Group) -> None:
    neighbour = await group.add(state="left")
    await live_in(group, neighbour, WARD)
    both = [{"kind": "area", "area": WARD}, {"kind": "group", "group_id": str(group.id)}]
    message_id = (await alert(group, both)).json()["id"]
    await group.close()
    assert await sent_to(group, message_id) == {neighbour.email}


async def test_what_went_to_a_group_that_was_closed_meanwhile_is_called_back(group: Group) -> None:
    neighbour = await group.add(state="left")
    await live_in(group, neighbour, WARD)
    both = [{"kind": "area", "area": WARD}, {"kind": "group", "group_id": str(group.id)}]
    message_id = (await alert(group, both)).json()["id"]
    await group.close()
    headers = signed(group.issuer, group.staff(), "messaging")
    recalled = await group.client.post(f"/staff/messages/{message_id}/recall", headers=headers, json={})
    assert recalled.status_code == 204, recalled.text
    assert await sent_to(group, message_id) == set()


async def test_whom_a_closed_group_leaves_out_stays_left_out(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    member, neighbour = await group.add(), await group.add(state="left")
    for person in (member, neighbour):
        await live_in(group, person, WARD)
    less = [{"kind": "group", "group_id": str(group.id)}]
    # As of a large send, each of whose chunks is written down when its turn comes.
    monkeypatch.setattr("messaging.storage.sends.AT_ONCE", 0)
    message_id = (await alert(group, [{"kind": "area", "area": WARD}], less)).json()["id"]
    await group.close()
    assert await sent_to(group, message_id) == {neighbour.email}


async def test_who_gets_an_officers_message_in_several_ways_is_told_of_the_one_group(group: Group) -> None:
    both = {"include": [MEMBERS, {"kind": "office"}]}
    await group.write(audience=both)
    await group.bus.send(group.id)
    (mail,) = group.mails(group.chair.email)
    assert "a member, an officer or on a mailing list of Mile End Panel" in text_of(mail).replace("\n", " ")


@pytest.mark.parametrize("part", [{"kind": "list", "list_id": str(new_id())}, {"kind": "members"}])
async def test_staff_reach_no_list_of_a_group(group: Group, part: dict[str, str]) -> None:
    assert (await alert(group, [part])).status_code == 422


async def test_only_their_own_organisation_reads_an_alert_to_an_area(group: Group) -> None:
    message_id = (await alert(group, [{"kind": "area", "area": WARD}])).json()["id"]
    for organisation_id, sees in ((group.organisation_id, True), (new_id(), False)):
        headers = signed(group.issuer, group.staff(Role.POLICE, organisation_id), "messaging")
        listed = (await group.client.get("/staff/messages", headers=headers)).json()["messages"]
        whole = await group.client.get(f"/staff/messages/{message_id}", headers=headers)
        assert ([each["id"] for each in listed] == [message_id], whole.status_code) == (sees, 200 if sees else 404)
    # Nor is it a message of any group: officers see it where it was sent to them, and how it stands nowhere (P5).
    assert (await group.ask("GET", f"/messages/{message_id}")).status_code == 404


async def test_a_preview_says_whom_it_would_reach_and_whom_not(group: Group) -> None:
    left, muted = await group.add(), await group.add()
    for number in range(20):
        await group.add(None if number < 3 else "")
    await group.write()
    await group.alert(group.staff())
    await group.bus.send(group.id)
    gone = next(m for m in group.mails(left.email) if m["Subject"] == "Street lights")["List-Unsubscribe"]
    await group.client.post(str(gone).strip("<>").removeprefix("http://ourwatch.test"), data={"x": "y"})
    chosen = {"muted_types": ["group_news"], "quiet_hours": None}
    assert (await group.client.put("/preferences", headers=me(group, muted), json=chosen)).status_code == 200
    answer = await group.ask("POST", "/audience", json={"audience": {"include": [MEMBERS]}})
    # Rounded up to fives; the police's alert is none of the group's affair.
    assert answer.json() == {"people": 23, "emails": 20, "inbox_only": 5, "left_out": 5, "lately": 1.0}


async def test_a_preview_of_few_points_to_nobody(group: Group) -> None:
    here = await group.add(state="left")
    await live_in(group, here, NEXT_WARD)
    nothing = {"people": None, "emails": None, "inbox_only": None, "left_out": None, "lately": None}
    headers = signed(group.issuer, group.staff(), "messaging")
    for include in ([{"kind": "area", "area": NEXT_WARD}], [{"kind": "group", "group_id": str(group.id)}]):
        told = {"audience": {"include": include}, "type": "crime_alert"}
        answer = await group.client.post("/staff/audience", headers=headers, json=told)
        assert answer.json() == nothing
    own = await group.ask("POST", "/audience", json={"audience": {"include": [MEMBERS]}})
    assert own.json() == {**nothing, "people": 1}


async def test_who_left_one_list_is_not_reached_by_way_of_two(group: Group) -> None:
    first, second = await group.make_list("First"), await group.make_list("Second")
    joe = await group.contact(first)
    only = {"include": [{"kind": "list", "list_id": first}]}
    await group.write("One", audience=only)
    await group.bus.send(group.id)
    gone = group.mails(joe)[-1]["List-Unsubscribe"]
    await group.client.post(str(gone).strip("<>").removeprefix("http://ourwatch.test"), data={"x": "y"})
    both = {"include": [*only["include"], {"kind": "list", "list_id": second}]}
    await group.write("Two", audience=both)
    await group.write("Three", audience=only)
    await group.bus.send(group.id)
    assert [m["Subject"] for m in group.mails(joe)][1:] == ["One"]


async def test_a_household_with_one_who_is_left_out_still_gets_the_others_copy(group: Group) -> None:
    home = an_address()
    one, other = await group.add(home), await group.add(home)
    list_id = await group.make_list()
    await group.ask("PUT", f"/lists/{list_id}/members/{one.id}")
    less = {"include": [MEMBERS], "exclude": [{"kind": "list", "list_id": list_id}]}
    await group.write(audience=less)
    await group.bus.send(group.id)
    assert len(group.mails(home)) == 1
    await group.ask("PUT", f"/lists/{list_id}/members/{other.id}")
    await group.write("Second", audience=less)
    await group.bus.send(group.id)
    assert len(group.mails(home)) == 1


def me(group: Group, person: Person) -> dict[str, str]:
    return signed(group.issuer, person.principal, "messaging")
