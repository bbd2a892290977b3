"""A group that has something of everything, and the ids by which it could be reached."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from groups.domain.email_tags import tag_of
from shared.auth.principal import Principal
from shared.clock import now
from shared.ids import new_id

from services.groups.tests.api.test_group_pages import page_of
from services.groups.tests.api.test_look_delays import colleague
from services.groups.tests.conftest import World

TODAY = now().date().isoformat()
IN_A_WEEK = (now().date() + timedelta(days=7)).isoformat()
NEXT_YEAR = (now() + timedelta(days=200)).isoformat()


@dataclass(frozen=True)
class Ids:
    """What a request may name of the group. Each is a string, as it is written in a path or a body."""

    group_id: str
    person_id: str
    asker_id: str
    link_id: str
    secret: str
    public_id: str
    kept_id: str
    priority_id: str
    ballot_id: str
    nomination_id: str
    result_id: str
    marking_id: str
    statement: str
    delay_id: str
    pause_id: str
    report_id: str
    scheme_id: str

    def in_words(self) -> dict[str, str]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True)
class WholeGroup:
    """People by how they stand in it, what it is called, and its ids.

    `police` may agree to the delay, and confirm the pause that `coordinator` asked for, who prepared a scheme too.
    """

    id: UUID
    word: str
    chair: Principal
    secretary: Principal
    member: Principal
    asker: Principal
    invited: Principal
    suspended: Principal
    removed: Principal
    police: Principal
    coordinator: Principal
    ids: Ids

    def said_in(self, text: str, *, but_for: str) -> list[str]:
        """What of the group shows in an answer, save what the request said itself."""
        told = [self.word, str(self.chair.id), str(self.secretary.id), str(self.member.id), str(self.suspended.id)]
        return [each for each in [*told, *self.ids.in_words().values()] if each in text and each not in but_for]


async def a_whole_group(world: World, tag_key: bytes, area: str, *, beside: Principal | None = None) -> WholeGroup:
    """A hidden, marked ward panel in which all goes on at once. `word` is in every text that it has.

    Its police are of the area alone, and of the same organisation as those `beside` them.
    """
    word = f"w{new_id().hex}"
    chair = await world.resident(f"{word} Chair")
    new = {"kind": "ward_panel", "name": word, "purpose": word, "visibility": "hidden", "area": area}
    group = UUID((await _made(world, "POST", "/groups", chair, {**new, "meeting_place": word}))["id"])
    below = f"/groups/{group}"
    link = await _made(world, "POST", f"{below}/join-links", chair, {"expires_in_days": 7, "most_uses": 90})
    secretary, member, other, suspended, removed = [await world.member(chair, group, link["secret"]) for _ in range(5)]
    asker = await world.asker(chair, group, link["secret"])
    email = f"{word}@example.org"
    invited = await world.resident(tag=tag_of(email, tag_key))
    await _made(world, "POST", f"{below}/invitations", chair, {"email": email})
    await _made(world, "PUT", f"{below}/offices/secretary", chair, {"person_id": str(secretary.id)})
    await _made(world, "PUT", f"{below}/forwarders/{member.id}", chair)
    reason = {"reason": word}
    await _made(world, "POST", f"{below}/memberships/{suspended.id}/suspend", chair, reason | {"until": NEXT_YEAR})
    await _made(world, "POST", f"{below}/memberships/{removed.id}/remove", chair, reason)
    kept = await _made(
        world, "POST", f"{below}/kept-people", chair,
        {"name": word, "how_to_reach": word, "consent": {"given_on": TODAY, "how": "spoken"}},
    )  # fmt: skip
    priority = await _made(world, "POST", f"{below}/priorities", chair, {"text": word, "agreed_on": TODAY})
    asked = [await _made(world, "POST", f"{below}/ballots/requests", who) for who in (secretary, member, other)]
    ballot = asked[-1]["ballot"]["id"]
    path = f"{below}/ballots/{ballot}/nominations"
    nomination = await _made(world, "POST", path, member, {"person_id": str(member.id)})
    result = await _made(
        world, "POST", f"{below}/meeting-results", chair,
        {"office": "vice_chair", "person_id": str(other.id), "held_on": TODAY, "minutes_note": word},
    )  # fmt: skip
    police = await colleague(world, beside, area=area) if beside else await world.police(area)
    marking = (await world.mark(police, group)).json()
    assert (await world.mark(police, group, member)).status_code == 201
    delay = await _made(world, "POST", f"/staff{below}/look-delays", police, {"until": IN_A_WEEK, "reason": word})
    coordinator = await world.coordinator(area)
    pause = await _made(world, "POST", f"/staff{below}/pause", coordinator, reason)
    scheme = await _made(
        world, "POST", "/staff/schemes", coordinator,
        {"name": word, "purpose": word, "visibility": "hidden", "area": area},
    )  # fmt: skip
    await _made(world, "POST", f"{below}/abuse-reports", member, {"text": word})
    reports = (await world.ask("GET", "/staff/abuse-reports?limit=100", police)).json()["reports"]
    report = next(each for each in reports if each["group_id"] == str(group))
    ids = Ids(
        group_id=str(group), person_id=str(member.id), asker_id=str(asker.id), link_id=link["link_id"],
        secret=link["secret"], public_id=(await page_of(world, chair, group)).removeprefix("/g/"),
        kept_id=kept["id"], priority_id=priority["id"], ballot_id=ballot, nomination_id=nomination["id"],
        result_id=result["id"], marking_id=marking["marking_id"], statement=marking["statement"],
        delay_id=delay["id"], pause_id=pause["id"], report_id=report["id"], scheme_id=scheme["id"],
    )  # fmt: skip
    second = await colleague(world, police, area=area)
    return WholeGroup(
        group, word, chair, secretary, member, asker, invited, suspended, removed, second, coordinator, ids
    )


async def _made(
    world: World, method: str, path: str, who: Principal, body: dict[str, Any] | None = None
) -> dict[str, Any]:  # Any: JSON
    answer = await world.ask(method, path, who, body)
    assert answer.is_success, (path, answer.text)
    made: dict[str, Any] = answer.json()
    return made
