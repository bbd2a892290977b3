"""That a member cannot be reached is kept as it was told last, and shows staff the group and never who (P16)."""

from uuid import UUID

from groups.bootstrap import Resources
from groups.storage.tables import known_comms_issues
from shared.auth.principal import Principal
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Done
from shared.contracts.envelope import Envelope
from shared.contracts.identity import PersonErased
from shared.contracts.messaging import CommsIssueChanged
from shared.ids import new_id
from sqlalchemy import select

from services.groups.tests.conftest import World

HERE = "E05009332"


def an_issue(person: Principal) -> CommsIssueChanged:
    return CommsIssueChanged(issue_id=new_id(), person_id=person.id, channel="email", state="open", version=1)


def solved(issue: CommsIssueChanged, version: int = 2) -> CommsIssueChanged:
    return issue.model_copy(update={"state": "solved", "version": version})


async def listed(world: World, *areas: str) -> str:
    answer = await world.ask("GET", "/staff/work-lists/comms_issues?limit=100", await world.police(*areas))
    assert answer.status_code == 200
    return answer.text


async def test_a_group_waits_while_mail_to_a_member_does_not_arrive_and_nobody_is_named(
    world: World, chair: Principal
) -> None:
    panel = await world.group(chair, area=HERE)
    member = await world.member(chair, panel)
    assert str(panel) not in await listed(world, HERE)
    issue = an_issue(member)
    await world.hear(issue)
    page = await listed(world, HERE)
    assert str(panel) in page
    assert str(member.id) not in page
    assert str(panel) not in await listed(world, "E05009317")
    await world.hear(solved(issue))
    assert str(panel) not in await listed(world, HERE)


async def test_who_left_is_nobody_the_group_could_reach(world: World, chair: Principal) -> None:
    panel = await world.group(chair, area=HERE)
    member = await world.member(chair, panel)
    await world.hear(an_issue(member))
    await world.ask("DELETE", f"/groups/{panel}/membership", member)
    assert str(panel) not in await listed(world, HERE)


async def test_news_told_twice_or_late_changes_nothing(
    world: World, chair: Principal, consumer: Consumer[object]
) -> None:
    panel = await world.group(chair, area=HERE)
    issue = an_issue(await world.member(chair, panel))
    for event in (issue, solved(issue), issue, solved(issue)):
        body = Envelope.of(event, "messaging").model_dump_json().encode()
        for _ in range(2):  # as after a crash between commit and acknowledgement
            assert await consumer.handle(body) == Done()
    assert str(panel) not in await listed(world, HERE)


async def test_nothing_of_it_is_kept_of_who_is_erased_also_when_it_is_told_later(
    world: World, chair: Principal, resources: Resources
) -> None:
    panel = await world.group(chair, area=HERE)
    member = await world.member(chair, panel)
    issue = an_issue(member)
    await world.hear(issue)
    assert await kept(resources, member.id) == 1
    await world.hear(PersonErased(person_id=member.id, version=9))
    await world.hear(an_issue(member))
    await world.hear(solved(issue, 3))
    assert await kept(resources, member.id) == 0


async def kept(resources: Resources, person_id: UUID) -> int:
    async with resources.engine.connect() as connection:
        of_person = select(known_comms_issues.c.id).where(known_comms_issues.c.person_id == person_id)
        return len((await connection.execute(of_person)).all())
