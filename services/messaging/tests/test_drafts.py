"""Drafting, approving and sending are three acts; a draft is its own group's or organisation's alone (P5, P26)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from messaging.use_cases.send_draft import Sending, send_scheduled
from shared.auth.principal import Principal, Role
from shared.bus.outcomes import Done
from shared.clock import now
from shared.contracts.groups import AreaChanged, OfficeChanged, PauseChanged
from shared.contracts.identity import StaffChanged
from shared.ids import new_id
from shared.testing.client import signed
from sqlalchemy import text

from services.messaging.tests.conftest import Group, Person, text_of

WRITTEN = {"subject": "Street lights", "body": "They are back on."}
WARD = "E05009326"


async def add(group: Group, **written: Any) -> dict[str, Any]:
    answer = await group.ask("POST", "/drafts", json=written)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def staff_ask(group: Group, staff: Principal, method: str, path: str, **asked: Any) -> Any:
    return await group.client.request(
        method, f"/staff{path}", headers=signed(group.issuer, staff, "messaging"), **asked
    )


async def staff_add(group: Group, staff: Principal, **written: Any) -> dict[str, Any]:
    await group.bus.tell(AreaChanged(code=WARD, name="Here", level="ward", parent="E09000030", version=1))
    to_the_group = {"include": [{"kind": "group", "group_id": str(group.id)}], "exclude": []}
    answer = await staff_ask(group, staff, "POST", "/drafts", json={**WRITTEN, "audience": to_the_group, **written})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def hold_office(group: Group, person: Person, *, ended: bool = False) -> None:
    await group.bus.tell(
        OfficeChanged(
            term_id=person.membership_id,
            group_id=group.id,
            person_id=person.id,
            office="chair",
            rights=[],
            since=now(),
            until=now() if ended else None,
            version=2 if ended else 1,
        )
    )


async def come_due(group: Group, draft: dict[str, Any]) -> str:
    """Time passes and the worker looks: the draft's state."""
    resources = group.bus.resources
    async with resources.engine.begin() as connection:
        due = text("UPDATE drafts SET send_at = now() - interval '1 second' WHERE id = :id AND state = 'scheduled'")
        await connection.execute(due, {"id": UUID(draft["id"])})
    while await send_scheduled(resources.unit_of_work(), resources.unit_of_work(), resources.drafts, now()):
        pass
    async with resources.engine.connect() as connection:
        query = text("SELECT state FROM drafts WHERE id = :id")
        return str(await connection.scalar(query, {"id": UUID(draft["id"])}))


async def test_a_draft_is_kept_as_it_is_written_and_sealed(group: Group) -> None:
    draft = await add(group, subject="Half a")
    assert (draft["version"], draft["state"], draft["body"]) == (1, "draft", "")
    assert draft["audience"] == {"include": [{"kind": "members"}], "exclude": []}
    list_id = await group.make_list()
    audience = {"include": [{"kind": "list", "list_id": list_id}, {"kind": "office"}], "exclude": [{"kind": "members"}]}
    edited = await group.ask("PUT", f"/drafts/{draft['id']}", json={**WRITTEN, "audience": audience, "version": 1})
    assert (edited.json()["version"], edited.json()["subject"]) == (2, "Street lights")
    assert edited.json()["audience"] == audience
    again = await group.ask("GET", f"/drafts/{draft['id']}")
    assert again.json() == edited.json()
    assert [each["id"] for each in (await group.ask("GET", "/drafts")).json()["drafts"]] == [draft["id"]]
    async with group.bus.resources.engine.connect() as connection:
        sealed = await connection.scalar(text("SELECT sealed_content FROM drafts WHERE id = :id"), {"id": draft["id"]})
    assert b"Street" not in bytes(sealed)
    assert (await group.ask("DELETE", f"/drafts/{draft['id']}")).status_code == 204
    assert (await group.ask("GET", f"/drafts/{draft['id']}")).status_code == 404


async def test_a_text_from_a_form_is_taken_with_its_line_ends(group: Group) -> None:
    draft = await add(group, subject="S", body="One\r\ntwo")
    assert draft["body"] == "One\ntwo"


async def test_an_officer_reads_a_draft_as_it_would_arrive_and_so_it_arrives(group: Group) -> None:
    draft = await add(group, subject="Lights <now>", body="They are back & on.")
    seen = (await group.ask("GET", f"/drafts/{draft['id']}/preview")).json()
    assert seen["sender"] == f"Chair of {group.name} via OurWatch"
    assert "They are back &amp; on." in seen["html"]
    assert f"because you are a member of {group.name}." in seen["text"]
    await group.ask("POST", f"/drafts/{draft['id']}/send", json={"version": 1})
    await group.bus.send(group.id)
    (mail,) = group.mails(group.chair.email)
    left = str(mail["List-Unsubscribe"]).strip("<>")
    assert text_of(mail).split() == seen["text"].replace("#a-link-of-their-own", left).split()
    assert (str(mail["Subject"]), seen["subject"]) == ("Lights <now>", "Lights <now>")


async def test_a_preview_is_for_those_who_may_send_it(group: Group) -> None:
    draft, police = await add(group, **WRITTEN), group.staff()
    at = f"/drafts/{draft['id']}/preview"
    assert (await group.ask("GET", at, group.headers(await group.add()))).status_code == 403
    assert (await staff_ask(group, police, "GET", at)).status_code == 404
    alert = f"/drafts/{(await staff_add(group, police))['id']}/preview"
    seen = (await staff_ask(group, police, "GET", alert)).json()
    assert seen["sender"] == "Police: Metropolitan Police via OurWatch"
    assert "Leaving ends all alerts of Metropolitan Police" in seen["text"]
    assert (await staff_ask(group, group.staff(Role.POLICE, new_id()), "GET", alert)).status_code == 404
    elsewhere = replace(police, areas=frozenset({"E09000099"}))
    assert (await staff_ask(group, elsewhere, "GET", alert)).json()["code"] == "messaging.outside_your_areas"
    assert (await group.ask("GET", alert)).status_code == 404


async def test_of_twenty_who_edit_at_once_one_has_its_way_and_the_others_are_told(group: Group) -> None:
    draft = await add(group)
    answers = await asyncio.gather(
        *(
            group.ask("PUT", f"/drafts/{draft['id']}", json={"subject": f"By {n}", "body": "B", "version": 1})
            for n in range(20)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"messaging.edited_meanwhile"}


async def test_what_is_not_finished_is_not_sent(group: Group) -> None:
    draft = await add(group, subject="Half a")
    for act, more in (("send", {}), ("schedule", {"send_at": (now() + timedelta(hours=1)).isoformat()})):
        answer = await group.ask("POST", f"/drafts/{draft['id']}/{act}", json={"version": 1, **more})
        assert (answer.status_code, answer.json()["code"]) == (422, "messaging.not_finished")


async def test_an_officer_sends_a_draft_alone_and_once(group: Group) -> None:
    draft = await add(group, **WRITTEN)
    path = f"/drafts/{draft['id']}/send"
    stale = await group.ask("POST", path, json={"version": 9})
    assert stale.json()["code"] == "messaging.edited_meanwhile"
    answers = await asyncio.gather(*(group.ask("POST", path, json={"version": 1}) for _ in range(20)))
    (sent,) = [answer for answer in answers if answer.status_code == 202]
    assert {each.json()["code"] for each in answers if each is not sent} == {"messaging.already_sent"}
    await group.bus.send(group.id)
    assert len(group.mails(group.chair.email)) == 1
    kept = (await group.ask("GET", f"/drafts/{draft['id']}")).json()
    assert (kept["state"], kept["message_id"]) == ("sent", sent.json()["id"])
    late = await group.ask("PUT", f"/drafts/{draft['id']}", json={**WRITTEN, "version": 1})
    assert late.json()["code"] == "messaging.already_sent"
    # Who approved what is on record for good.
    gone = await group.ask("DELETE", f"/drafts/{draft['id']}")
    assert gone.json()["code"] == "messaging.already_sent"


async def test_members_and_other_groups_see_no_draft(group: Group) -> None:
    draft = await add(group, **WRITTEN)
    member = group.headers(await group.add())
    for method, path, body in (
        ("GET", "/drafts", None),
        ("GET", f"/drafts/{draft['id']}", None),
        ("POST", "/drafts", WRITTEN),
        ("POST", f"/drafts/{draft['id']}/send", {"version": 1}),
        ("DELETE", f"/drafts/{draft['id']}", None),
    ):
        answer = await group.ask(method, path, member, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "messaging.only_officers"), path
    staff_sees = await staff_ask(group, group.staff(), "GET", f"/drafts/{draft['id']}")
    assert staff_sees.status_code == 404


async def test_a_staff_draft_is_its_own_organisations_alone(group: Group) -> None:
    draft = await staff_add(group, group.staff())
    for staff, status in ((group.staff(), 200), (group.staff(Role.POLICE, new_id()), 404)):
        assert (await staff_ask(group, staff, "GET", f"/drafts/{draft['id']}")).status_code == status
        listed = (await staff_ask(group, staff, "GET", "/drafts")).json()["drafts"]
        assert [each["id"] for each in listed] == ([draft["id"]] if status == 200 else [])
    assert (await group.ask("GET", f"/drafts/{draft['id']}")).status_code == 404
    assert (await group.ask("GET", "/drafts")).json() == {"drafts": []}


@pytest.fixture
def small_limit(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person alone writes to nobody."""
    small = Sending(group.bus.resources.keyring, 0)
    monkeypatch.setattr(type(group.bus.resources), "drafts", property(lambda _: small), raising=False)


async def test_above_the_limit_a_second_person_approves_and_an_edit_voids_it(group: Group, small_limit: None) -> None:
    writer, second = group.staff(), group.staff()
    draft = await staff_add(group, writer)
    at = f"/drafts/{draft['id']}"
    alone = await staff_ask(group, writer, "POST", f"{at}/send", json={"version": 1})
    assert alone.json()["code"] == "messaging.second_person_needed"
    own = await staff_ask(group, writer, "POST", f"{at}/approve", json={"version": 1})
    assert (own.status_code, own.json()["code"]) == (403, "messaging.approved_by_another")
    approved = (await staff_ask(group, second, "POST", f"{at}/approve", json={"version": 1})).json()
    assert (approved["is_approved"], approved["approved_by"]) == (True, str(second.id))
    audience = draft["audience"]
    edited = await staff_ask(
        group, writer, "PUT", at, json={**WRITTEN, "body": "Changed", "audience": audience, "version": 1}
    )
    assert edited.json()["is_approved"] is False
    voided = await staff_ask(group, writer, "POST", f"{at}/send", json={"version": 2})
    assert voided.json()["code"] == "messaging.second_person_needed"
    old = await staff_ask(group, second, "POST", f"{at}/approve", json={"version": 1})
    assert old.json()["code"] == "messaging.edited_meanwhile"
    await staff_ask(group, second, "POST", f"{at}/approve", json={"version": 2})
    assert (await staff_ask(group, writer, "POST", f"{at}/send", json={"version": 2})).status_code == 202
    assert (await staff_ask(group, writer, "GET", "/reviews")).json() == {"reviews": []}


async def test_who_approves_or_recalls_does_so_inside_their_own_areas(group: Group) -> None:
    writer, elsewhere = group.staff(), replace(group.staff(), areas=frozenset({"E09000099"}))
    draft = await staff_add(group, writer)
    answer = await staff_ask(group, elsewhere, "POST", f"/drafts/{draft['id']}/approve", json={"version": 1})
    assert (answer.status_code, answer.json()["code"]) == (403, "messaging.outside_your_areas")
    sent = await staff_ask(group, writer, "POST", f"/drafts/{draft['id']}/send", json={"version": 1})
    at = f"/messages/{sent.json()['id']}/recall"
    assert (await staff_ask(group, elsewhere, "POST", at, json={})).json()["code"] == "messaging.outside_your_areas"
    for body in await group.bus.all_chunks(sent.json()["id"]):
        await group.bus.sending().handle(body)
    assert len(group.mails(group.chair.email)) == 1


async def test_an_urgent_alert_goes_alone_and_a_second_person_reviews_it(group: Group, small_limit: None) -> None:
    writer, second = group.staff(), group.staff()
    draft = await staff_add(group, writer, priority=1)
    sent = await staff_ask(group, writer, "POST", f"/drafts/{draft['id']}/send", json={"version": 1})
    assert sent.status_code == 202, sent.text
    message_id = sent.json()["id"]
    (due,) = (await staff_ask(group, second, "GET", "/reviews")).json()["reviews"]
    assert (due["message_id"], due["sent_by"]) == (message_id, str(writer.id))
    other = group.staff(Role.POLICE, new_id())
    assert (await staff_ask(group, other, "GET", "/reviews")).json() == {"reviews": []}
    review = f"/messages/{message_id}/review"
    assert (await staff_ask(group, other, "POST", review, json={})).status_code == 404
    assert (await staff_ask(group, writer, "POST", review, json={})).json()["code"] == "messaging.approved_by_another"
    assert (await staff_ask(group, second, "POST", review, json={})).status_code == 204
    assert (await staff_ask(group, second, "POST", review, json={})).status_code == 404
    assert (await staff_ask(group, second, "GET", "/reviews")).json() == {"reviews": []}


async def test_a_scheduled_draft_goes_by_itself_once(group: Group) -> None:
    await hold_office(group, group.chair)
    draft = await add(group, **WRITTEN)
    at = f"/drafts/{draft['id']}/schedule"
    for wrong in (now() - timedelta(minutes=1), now() + timedelta(days=91)):
        answer = await group.ask("POST", at, json={"version": 1, "send_at": wrong.isoformat()})
        assert answer.json()["code"] == "messaging.no_such_time"
    later = (now() + timedelta(days=1)).isoformat()
    assert (await group.ask("POST", at, json={"version": 1, "send_at": later})).json()["state"] == "scheduled"
    assert await come_due(group, draft) == "sent"
    assert await group.bus.send(group.id) == [Done()]
    (mail,) = group.mails(group.chair.email)
    assert str(mail["From"]).startswith('"Chair of Mile End Panel') or "Chair of Mile End Panel" in str(mail["From"])


async def test_an_edit_takes_a_draft_off_the_schedule(group: Group) -> None:
    await hold_office(group, group.chair)
    draft = await add(group, **WRITTEN)
    later = (now() + timedelta(days=1)).isoformat()
    await group.ask("POST", f"/drafts/{draft['id']}/schedule", json={"version": 1, "send_at": later})
    edited = await group.ask("PUT", f"/drafts/{draft['id']}", json={**WRITTEN, "version": 1})
    assert (edited.json()["state"], edited.json()["send_at"]) == ("draft", None)


async def test_who_lost_the_office_has_nothing_sent_in_its_name(group: Group) -> None:
    await hold_office(group, group.chair)
    draft = await add(group, **WRITTEN)
    later = (now() + timedelta(days=1)).isoformat()
    await group.ask("POST", f"/drafts/{draft['id']}/schedule", json={"version": 1, "send_at": later})
    await hold_office(group, group.chair, ended=True)
    assert await come_due(group, draft) == "held"
    assert await group.bus.chunks(group.id) == []


async def test_a_paused_groups_draft_is_held(group: Group) -> None:
    await hold_office(group, group.chair)
    draft = await add(group, **WRITTEN)
    later = (now() + timedelta(days=1)).isoformat()
    await group.ask("POST", f"/drafts/{draft['id']}/schedule", json={"version": 1, "send_at": later})
    await group.bus.tell(PauseChanged(group_id=group.id, paused_until=now() + timedelta(days=14), version=1))
    assert await come_due(group, draft) == "held"


@pytest.mark.parametrize(
    ("state", "areas", "ends"),
    [
        ("active", ["E09000030"], "sent"),
        ("ended", ["E09000030"], "held"),
        ("active", ["E05000999"], "held"),
    ],
)
async def test_what_staff_scheduled_goes_while_they_may_still_send_it(
    group: Group, state: Any, areas: list[str], ends: str
) -> None:
    staff = group.staff()
    draft = await staff_add(group, staff)
    later = (now() + timedelta(days=1)).isoformat()
    scheduled = await staff_ask(
        group, staff, "POST", f"/drafts/{draft['id']}/schedule", json={"version": 1, "send_at": later}
    )
    assert scheduled.status_code == 200, scheduled.text
    await group.bus.tell(
        StaffChanged(
            staff_id=staff.id,
            person_id=None,
            display_name="PC 1",
            organisation_id=group.organisation_id,
            role="police",
            areas=areas,
            state=state,
            version=1,
        )
    )
    assert await come_due(group, draft) == ends


async def test_what_does_not_open_keeps_no_other_draft_waiting(group: Group) -> None:
    await hold_office(group, group.chair)
    broken, whole = await add(group, **WRITTEN), await add(group, **WRITTEN)
    later = (now() + timedelta(days=1)).isoformat()
    for draft in (broken, whole):
        await group.ask("POST", f"/drafts/{draft['id']}/schedule", json={"version": 1, "send_at": later})
    async with group.bus.resources.engine.begin() as connection:
        harm = text("UPDATE drafts SET sealed_content = 'x', send_at = now() - interval '1 hour' WHERE id = :id")
        await connection.execute(harm, {"id": UUID(broken["id"])})
    assert await come_due(group, whole) == "sent"
    assert await come_due(group, broken) == "scheduled"
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(text("DELETE FROM drafts WHERE id = :id"), {"id": UUID(broken["id"])})


async def test_a_closed_groups_draft_is_held(group: Group) -> None:
    await hold_office(group, group.chair)
    draft = await add(group, **WRITTEN)
    later = (now() + timedelta(days=1)).isoformat()
    await group.ask("POST", f"/drafts/{draft['id']}/schedule", json={"version": 1, "send_at": later})
    await group.close()
    assert await come_due(group, draft) == "held"


async def test_what_no_mail_can_carry_is_not_scheduled(group: Group) -> None:
    draft = await add(group, subject="A =?UTF-8?Q?=0A?=", body="B")
    later = (now() + timedelta(days=1)).isoformat()
    answer = await group.ask("POST", f"/drafts/{draft['id']}/schedule", json={"version": 1, "send_at": later})
    assert answer.json()["code"] == "mail.unsafe_header"


async def test_two_workers_send_a_scheduled_draft_once(group: Group) -> None:
    await hold_office(group, group.chair)
    draft = await add(group, **WRITTEN)
    later = (now() + timedelta(days=1)).isoformat()
    await group.ask("POST", f"/drafts/{draft['id']}/schedule", json={"version": 1, "send_at": later})
    await asyncio.gather(*(come_due(group, draft) for _ in range(8)))
    assert len(await group.bus.chunks(group.id)) == 1


async def test_what_is_recalled_and_not_yet_sent_stays_in(group: Group) -> None:
    message_id = await group.write()
    member = group.headers(await group.add())
    path = f"/messages/{message_id}/recall"
    assert (await group.ask("POST", path, member, json={})).json()["code"] == "messaging.only_officers"
    for _ in range(2):
        assert (await group.ask("POST", path, json={})).status_code == 204
    await group.bus.send(group.id)
    assert group.mails(group.chair.email) == []
    assert set(await group.reasons()) == {"recalled"}
    # Who has no mail of it reads it nowhere; its officers do, as the record of what they called back.
    assert (await group.ask("GET", f"/messages/{message_id}", member)).status_code == 404
    inbox = await group.client.get("/inbox", headers=group.inbox_headers(group.chair))
    assert inbox.json()["messages"] == []
    assert (await group.ask("GET", f"/messages/{message_id}")).status_code == 200


async def test_who_has_the_mail_still_reads_what_was_recalled_later(group: Group) -> None:
    message_id = await group.write()
    await group.bus.send(group.id)
    assert (await group.ask("POST", f"/messages/{message_id}/recall", json={})).status_code == 204
    inbox = await group.client.get("/inbox", headers=group.inbox_headers(group.chair))
    assert [each["id"] for each in inbox.json()["messages"]] == [message_id]


async def test_nobody_recalls_what_others_sent(group: Group) -> None:
    police, others = group.staff(), group.staff(Role.POLICE, new_id())
    alert_id = await group.alert(police)
    assert (await group.ask("POST", f"/messages/{alert_id}/recall", json={})).status_code == 404
    assert (await staff_ask(group, others, "POST", f"/messages/{alert_id}/recall", json={})).status_code == 404
    message_id = await group.write()
    assert (await staff_ask(group, police, "POST", f"/messages/{message_id}/recall", json={})).status_code == 404
    assert (await staff_ask(group, police, "POST", f"/messages/{alert_id}/recall", json={})).status_code == 204
    await group.bus.send(group.id)
    assert [mail["Subject"] for mail in group.mails(group.chair.email)] == ["Street lights"]
