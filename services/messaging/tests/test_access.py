"""Who reaches what: planes, passes, offices, organisations."""

import pytest
from shared.auth import passes
from shared.auth.principal import Role
from shared.ids import new_id
from shared.testing.client import signed
from shared.testing.issuer import a_group_pass, a_member, a_police_system

from services.messaging.tests.conftest import Group

MESSAGE = {"subject": "S", "body": "B"}
ALERT = MESSAGE | {"priority": 1}


async def test_members_read_and_only_officers_send_and_see_figures(group: Group) -> None:
    member = await group.add()
    message_id = await group.write()
    theirs = group.headers(member)
    assert (await group.ask("POST", "/messages", theirs, json=MESSAGE)).json()["code"] == "messaging.only_officers"
    seen = (await group.ask("GET", f"/messages/{message_id}", theirs)).json()
    assert (seen["body"], seen["delivery"]) == ("They are back on.", None)
    listed = (await group.ask("GET", "/messages", theirs)).json()["messages"]
    assert [each["from"] for each in listed] == ["Chair of Mile End Panel"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/lists"),
        ("POST", "/lists"),
        ("GET", "/lists/{id}"),
        ("POST", "/lists/{id}/contacts"),
        ("POST", "/lists/{id}/contacts/import"),
        ("DELETE", "/lists/{id}/contacts/{id}"),
        ("PUT", "/lists/{id}/members/{id}"),
        ("DELETE", "/lists/{id}/members/{id}"),
        ("POST", "/attachments"),
        ("POST", "/messages"),
    ],
)
async def test_what_is_the_officers_is_closed_to_members(group: Group, method: str, path: str) -> None:
    member = await group.add()
    told = {"name": "N", "email": "a@example.org", "content_type": "text/plain", "length": 1, **MESSAGE}
    told["entries"] = [{"name": "N", "email": "a@example.org"}]
    wanted = {
        "/lists": {"name"},
        "/lists/{id}/contacts": {"name", "email"},
        "/lists/{id}/contacts/import": {"entries"},
        "/attachments": {"name", "content_type", "length"},
        "/messages": {"subject", "body"},
    }.get(path, set())
    body = {name: told[name] for name in wanted} if method == "POST" else None
    answer = await group.ask(method, path.replace("{id}", str(new_id())), group.headers(member), json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "messaging.only_officers")


async def test_another_groups_pass_opens_nothing(group: Group) -> None:
    message_id = await group.write()
    stranger = a_member()
    other = signed(group.issuer, stranger, "messaging", a_group_pass(stranger, new_id(), office="chair"))
    for path in ("/messages", f"/messages/{message_id}", "/lists"):
        assert (await group.ask("GET", path, other)).json()["code"] == "auth.no_proof"
    assert (await group.ask("POST", "/messages", other, json=MESSAGE)).status_code == 403


async def test_anothers_pass_opens_nothing(group: Group) -> None:
    stolen = signed(
        group.issuer, a_member(), "messaging", a_group_pass(group.chair.principal, group.id, office="chair")
    )
    assert (await group.ask("GET", "/messages", stolen)).json()["code"] == "auth.no_proof"


async def test_a_message_of_another_group_is_not_there(group: Group) -> None:
    message_id = await group.write()
    other_id, person = new_id(), a_member()
    headers = signed(group.issuer, person, "messaging", a_group_pass(person, other_id, office="chair"))
    answers = [
        await group.client.get(f"/groups/{other_id}/messages/{each}", headers=headers)
        for each in (message_id, new_id())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    told = ("type", "title", "status", "code", "detail")
    assert [answers[0].json()[each] for each in told] == [answers[1].json()[each] for each in told]


async def test_the_staff_and_machine_planes_reach_no_member_route(group: Group) -> None:
    for principal in (group.staff(), group.staff(Role.COORDINATOR), group.staff(Role.ADMINISTRATOR), a_police_system()):
        proof = a_group_pass(principal, group.id, office="chair")
        headers = signed(group.issuer, principal, "messaging", proof)
        for path in ("/lists", "/messages"):
            assert (await group.ask("GET", path, headers)).json()["code"] == "auth.wrong_plane"
        assert (await group.client.get("/inbox", headers=headers)).json()["code"] == "auth.wrong_plane"


async def test_a_member_reaches_no_staff_route(group: Group) -> None:
    answer = await group.client.post(
        f"/staff/groups/{group.id}/messages", json=ALERT, headers=group.headers(group.chair, "chair")
    )
    assert answer.json()["code"] == "auth.wrong_plane"


async def test_staff_outside_their_area_are_refused(group: Group) -> None:
    headers = signed(group.issuer, group.staff(), "messaging")
    for method, body in (("GET", None), ("POST", ALERT)):
        answer = await group.client.request(method, f"/staff/groups/{group.id}/messages", json=body, headers=headers)
        assert answer.json()["code"] == "auth.no_proof"


async def test_an_administrator_sends_no_alert(group: Group) -> None:
    answer = await group.ask_as_staff("POST", "/messages", group.staff(Role.ADMINISTRATOR), json=ALERT)
    assert answer.json()["code"] == "messaging.wrong_role"


async def test_staff_see_their_own_organisations_alerts_alone(group: Group) -> None:
    of_the_group = await group.write()
    mine = await group.alert(group.staff())
    other = group.staff(organisation_id=new_id())
    colleague = group.staff()
    listed = await group.ask_as_staff("GET", "/messages", colleague)
    assert [each["id"] for each in listed.json()["messages"]] == [mine]
    assert (await group.ask_as_staff("GET", f"/messages/{mine}", colleague)).json()["delivery"]["queued"] == 1
    assert (await group.ask_as_staff("GET", "/messages", other)).json()["messages"] == []
    assert (await group.ask_as_staff("GET", f"/messages/{mine}", other)).status_code == 404
    assert (await group.ask_as_staff("GET", f"/messages/{of_the_group}", colleague)).status_code == 404


async def test_an_alert_shows_the_team_and_never_the_person_nor_its_figures_to_the_group(group: Group) -> None:
    staff = group.staff()
    alert_id = await group.alert(staff)
    answer = await group.ask("GET", f"/messages/{alert_id}")
    assert answer.json()["from"] == "Police: Metropolitan Police"
    assert answer.json()["delivery"] is None
    assert str(staff.id) not in answer.text


async def test_the_inbox_shows_the_passes_groups_alone(group: Group) -> None:
    await group.write()
    answer = await group.client.get("/inbox", headers=group.inbox_headers(group.chair, new_id()))
    assert answer.json()["messages"] == []
    one_group = group.headers(group.chair, "chair")
    assert (await group.client.get("/inbox", headers=one_group)).json()["code"] == "auth.no_proof"


async def test_the_inbox_is_read_page_by_page_newest_first(group: Group) -> None:
    written = [await group.write(f"No {number}") for number in range(3)]
    headers = group.inbox_headers(group.chair)
    first = (await group.client.get("/inbox?limit=2", headers=headers)).json()["messages"]
    rest = (await group.client.get(f"/inbox?after={first[-1]['id']}", headers=headers)).json()["messages"]
    assert [each["id"] for each in first + rest] == written[::-1]


async def test_a_send_waits_until_the_senders_membership_has_arrived(group: Group) -> None:
    ahead = group.headers(group.chair, "chair", version=2)
    answer = await group.ask("POST", "/messages", ahead, json=MESSAGE)
    assert (answer.status_code, answer.json()["code"]) == (503, "messaging.not_caught_up")
    assert "retry-after" in answer.headers
    await group.membership(group.chair, "active", 2)
    assert (await group.ask("POST", "/messages", ahead, json=MESSAGE)).status_code == 202


async def test_a_request_that_comes_round_the_gateway_is_refused(group: Group) -> None:
    headers = group.headers(group.chair, "chair")
    answer = await group.client.get(f"/groups/{group.id}/messages", headers=headers, auth=lambda request: request)
    assert answer.status_code in {401, 403}
    assert passes.HEADER in headers
