"""What a member wants holds when a mail is sent, for what was queued before too (P25)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from shared.clock import now
from shared.testing.client import signed
from sqlalchemy import text

from services.messaging.tests.conftest import Group, Person
from services.messaging.tests.test_crashes import a_minute_passes


async def choose(group: Group, person: Person, *, muted: list[str] | None = None, quiet: Any = None) -> dict[str, Any]:
    headers = signed(group.issuer, person.principal, "messaging")
    chosen = {"muted_types": muted or [], "quiet_hours": quiet}
    answer = await group.client.put("/preferences", headers=headers, json=chosen)
    assert answer.status_code == 200, answer.text
    again = await group.client.get("/preferences", headers=headers)
    assert again.json() == answer.json()
    told: dict[str, Any] = again.json()
    return told


async def local_time(group: Group, hours: float) -> str:
    """The local time so many hours from now."""
    query = text("SELECT CAST(date_trunc('minute', now() + :by) AT TIME ZONE 'Europe/London' AS time)")
    async with group.bus.resources.engine.connect() as connection:
        return str(await connection.scalar(query, {"by": timedelta(hours=hours)}))


async def due(group: Group, person: Person) -> tuple[str, str | None, datetime]:
    """State, reason and time of the person's newest delivery."""
    query = text(
        "SELECT d.state, d.reason, d.due_at FROM deliveries d JOIN sends s ON s.id = d.send_id"
        " WHERE d.tag = :tag ORDER BY s.accepted_at DESC LIMIT 1"
    )
    assert person.email is not None
    async with group.bus.resources.engine.connect() as connection:
        row = (await connection.execute(query, {"tag": group.bus.resources.keyring.mailbox_tag(person.email)})).one()
    return row.state, row.reason, row.due_at


async def test_by_itself_a_member_gets_everything_at_any_time_and_is_told_what_choices_do(group: Group) -> None:
    headers = signed(group.issuer, group.chair.principal, "messaging")
    answer = (await group.client.get("/preferences", headers=headers)).json()
    assert (answer["muted_types"], answer["quiet_hours"]) == ([], None)
    assert set(answer["in_words"]) == {"muted_types", "quiet_hours", "leaving", "security"}


async def test_a_type_that_is_not_wanted_is_not_mailed_also_when_it_was_queued(group: Group) -> None:
    person = await group.add()
    event = await group.write("Summer fair", type="event")
    news = await group.write("News")
    assert (await choose(group, person, muted=["event", "survey"]))["muted_types"] == ["event", "survey"]
    await group.bus.send(group.id)
    assert [m["Subject"] for m in group.mails(person.email)] == ["News"]
    assert "type_not_wanted" in await group.reasons()
    inbox = await group.client.get("/inbox", headers=group.inbox_headers(person))
    assert [(m["id"], m["type"]) for m in inbox.json()["messages"]] == [(news, "group_news"), (event, "event")]


async def test_alerts_of_a_muted_type_stay_out_and_questions_to_officers_come(group: Group) -> None:
    await choose(group, group.chair, muted=["crime_alert"])
    await group.alert(group.staff())
    await group.alert(group.staff(), "Advice", type="advice")
    await group.bus.send(group.id)
    assert [m["Subject"] for m in group.mails(group.chair.email)] == ["Advice"]


@pytest.mark.parametrize(("start", "until"), [(-2, 3), (-12, 3)], ids=["short", "long"])
async def test_in_quiet_hours_a_mail_waits_until_they_end(group: Group, start: float, until: float) -> None:
    person = await group.add()
    hours = {"start": await local_time(group, start), "until": await local_time(group, until)}
    await choose(group, person, quiet=hours)
    message_id = await group.write()
    await group.bus.send(group.id)
    assert group.mails(person.email) == []
    assert len(group.mails(group.chair.email)) == 1
    state, reason, due_at = await due(group, person)
    assert (state, reason) == ("queued", "quiet_hours")
    assert abs(due_at - now() - timedelta(hours=until)) < timedelta(minutes=2)
    assert (await group.figures(message_id))["queued"] == 1
    await choose(group, person)
    await a_minute_passes(group)
    await group.bus.send(group.id)
    assert len(group.mails(person.email)) == 1
    assert (await group.figures(message_id))["sent"] == 2


@pytest.mark.parametrize(("start", "until"), [(1, 3), (-3, -1), (1, -8)], ids=["later", "over", "later, past midnight"])
async def test_outside_quiet_hours_a_mail_goes(group: Group, start: float, until: float) -> None:
    hours = {"start": await local_time(group, start), "until": await local_time(group, until)}
    await choose(group, group.chair, quiet=hours)
    await group.write()
    await group.bus.send(group.id)
    assert len(group.mails(group.chair.email)) == 1


async def test_an_urgent_alert_waits_for_nobodys_quiet_hours(group: Group) -> None:
    hours = {"start": await local_time(group, -2), "until": await local_time(group, 2)}
    await choose(group, group.chair, quiet=hours)
    await group.alert(group.staff(), "Less so", priority=2)
    await group.alert(group.staff(), "Now", priority=1)
    await group.bus.send(group.id)
    assert [m["Subject"] for m in group.mails(group.chair.email)] == ["Now"]


async def test_a_shared_mailbox_is_not_woken_for_who_does_not_want_it(group: Group) -> None:
    asleep = await group.add()
    awake = await group.add(asleep.email)
    hours = {"start": await local_time(group, -2), "until": await local_time(group, 2)}
    await choose(group, asleep, quiet=hours)
    await choose(group, awake, muted=["group_news"])
    await group.write()
    await group.bus.send(group.id)
    assert group.mails(asleep.email) == []
    assert (await due(group, asleep))[1] == "quiet_hours"


async def test_a_household_is_mailed_while_one_of_them_is_awake_and_wants_it(group: Group) -> None:
    one = await group.add()
    other = await group.add(one.email)
    await choose(group, one, muted=["group_news"])
    hours = {"start": await local_time(group, -2), "until": await local_time(group, 2)}
    await group.write()
    await group.bus.send(group.id)
    assert len(group.mails(one.email)) == 1
    await choose(group, one, quiet=hours)
    await group.write("Second")
    await group.bus.send(group.id)
    assert len(group.mails(one.email)) == 2
    await choose(group, other, quiet=hours)
    await group.write("Third")
    await group.bus.send(group.id)
    assert len(group.mails(one.email)) == 2


@pytest.mark.parametrize(
    "chosen",
    [
        {"muted_types": ["gossip"], "quiet_hours": None},
        {"muted_types": []},
        {"muted_types": [], "quiet_hours": {"start": "22:00", "until": "22:00"}},
        {"muted_types": [], "quiet_hours": {"start": "22:00", "until": "07:00Z"}},
        {"muted_types": [], "quiet_hours": {"start": "25:00", "until": "07:00"}},
        {"muted_types": [], "quiet_hours": {"start": "22:00"}},
        {"muted_types": [], "quiet_hours": {"start": "22:00:30", "until": "07:00"}},
        {"muted_types": [], "quiet_hours": {"start": "00:00", "until": "23:59"}},
    ],
)
async def test_what_is_no_choice_is_refused(group: Group, chosen: dict[str, Any]) -> None:
    headers = signed(group.issuer, group.chair.principal, "messaging")
    assert (await group.client.put("/preferences", headers=headers, json=chosen)).status_code == 422
