"""A group that two authorities paused sends nothing of its own until the pause is over (P4)."""

from datetime import timedelta
from uuid import UUID

from shared.clock import now
from shared.contracts.documents import ReleaseCreated
from shared.contracts.groups import PauseChanged
from shared.ids import new_id

from services.messaging.tests.conftest import Group

FORTNIGHT = timedelta(days=14)


async def pause(group: Group, length: timedelta = FORTNIGHT, version: int = 1) -> None:
    await group.bus.tell(PauseChanged(group_id=group.id, paused_until=now() + length, version=version))


async def test_an_officer_of_a_paused_group_is_refused_in_plain_words(group: Group) -> None:
    await pause(group)
    answer = await group.ask("POST", "/messages", json={"subject": "Street lights", "body": "They are back on."})
    assert (answer.status_code, answer.json()["code"]) == (409, "messaging.sending_paused")
    assert "paused your group's sending" in answer.json()["detail"]
    assert (await group.ask("GET", "/messages")).json() == {"messages": []}


async def test_what_is_not_out_yet_stays_in_and_the_report_says_so(group: Group) -> None:
    first = await group.write("First")
    await group.bus.send(group.id)
    second = await group.write("Second")
    await pause(group)
    await group.bus.send(group.id)
    assert [mail["Subject"] for mail in group.mails(group.chair.email)] == ["First"]
    figures = [await group.figures(each) for each in (first, second)]
    assert [(each["sent"], each["withheld"], each["withheld_by_pause"]) for each in figures] == [(1, 0, 0), (0, 1, 1)]


async def test_an_alert_to_the_members_of_a_paused_group_goes(group: Group) -> None:
    await pause(group)
    await group.alert(group.staff())
    await group.bus.send(group.id)
    assert [mail["Subject"] for mail in group.mails(group.chair.email)] == ["Van thefts"]


async def test_a_release_of_a_paused_group_is_not_mailed(group: Group) -> None:
    list_id = await group.make_list()
    joe = await group.contact(list_id)
    await pause(group)
    released = ReleaseCreated(
        release_id=new_id(),
        group_id=group.id,
        list_id=UUID(list_id),
        released_by=group.chair.id,
        expires_at=now() + timedelta(days=7),
        version=1,
    )
    await group.bus.tell(released)
    await group.bus.send(group.id)
    assert len(group.mails(joe)) == 1  # what asked them to confirm, and no more
    assert "group_paused" in await group.reasons()


async def test_a_pause_that_is_over_ends_without_being_told(group: Group) -> None:
    await pause(group, -timedelta(seconds=1))
    await group.write()
    await group.bus.send(group.id)
    assert len(group.mails(group.chair.email)) == 1
