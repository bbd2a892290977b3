"""The model's acts done to the real service, and what it then shows to whom, in the model's words."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import jwt
from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from groups.storage import tables
from groups.use_cases.settle_due import settle_due
from shared.auth.principal import Principal
from shared.clock import now
from shared.ids import new_id
from shared.testing.rows import Rows, rows_of
from sqlalchemy.ext.asyncio import AsyncEngine

from services.groups.tests.balloting import stands, votes, voting_ends, voting_opens
from services.groups.tests.conftest import World
from services.groups.tests.model.words import Officer, Rights, Told
from services.groups.tests.whole_group import IN_A_WEEK, NEXT_YEAR

Shown = dict[str, tuple[str, str | None]]
REASON = {"reason": "Because"}
_TOLD = {404: Told.UNSEEN, 403: Told.NOT_YOURS, 409: Told.NOT_NOW, 422: Told.NOT_NOW}
# What staff change nothing of (P4).
OF_GROUPS = ("memberships", "terms", "groups", "join_links", "invitations", "kept_people", "ballots")


def told_by(answer: httpx.Response) -> Told:
    assert answer.status_code < 500, answer.text
    return Told.DONE if answer.is_success else _TOLD[answer.status_code]


class Service:
    """People and staff by name; groups by number. One for each run of the model, in a database that others use too."""

    def __init__(self, world: World, resources: Resources, owner: AsyncEngine) -> None:
        self.world = world
        self.resources = resources
        self.owner = owner
        self.people: dict[str, Principal] = {}
        self.staff: dict[str, Principal] = {}
        self.groups: list[UUID] = []
        self.links: dict[int, dict[str, Any]] = {}  # Any: JSON
        self.word = new_id().hex

    async def settle_in(self, people: tuple[str, ...], staff: Mapping[str, Officer]) -> None:
        """Registers the people, then the staff: accounts of one human are told as such (P6)."""
        for name in people:
            self.people[name] = await self.world.resident(name, tag_of(self._email(name), self.resources.email_tag_key))
        for name, officer in staff.items():
            human = next((person for person in people if person in officer.accounts), None)
            if officer.authority == "ourwatch":
                assert human is not None
                self.staff[name] = await self.world.coordinator(*officer.areas, person=self.people[human])
            else:
                human_id = self.people[human].id if human else None
                self.staff[name] = await self.world.police(*officer.areas, person_id=human_id)

    async def found(self, person: str, kind: str, area: str) -> None:
        # Its name finds it in the directory, and no other.
        body = {"kind": kind, "name": f"{self.word} {len(self.groups)}", "purpose": "P", "visibility": "hidden"}
        answer = await self.world.ask("POST", "/groups", self.people[person], body | {"area": area})
        self.groups.append(UUID(answer.json()["id"]))

    async def found_by_staff(self, staff: str, named: tuple[str, ...], area: str) -> None:
        body = {"name": f"{self.word} {len(self.groups)}", "purpose": "P", "visibility": "hidden", "area": area}
        emails = [self._email(name) for name in named]
        answer = await self.world.ask("POST", "/staff/groups", self.staff[staff], body | {"emails": emails})
        self.groups.append(UUID(answer.json()["id"]))

    async def ask(self, number: int, method: str, path: str, who: str, body: Any = None) -> httpx.Response:  # Any: JSON
        """`path` is below the group's; `who` is a person."""
        return await self.world.ask(method, f"/groups/{self.groups[number]}{path}", self.people[who], body)

    # Acts that are more than one request

    async def join_by_link(self, number: int, person: str) -> httpx.Response:
        """By the last link that the group made, or one that nobody made."""
        secret = self.links.get(number, {}).get("secret", "s" * 32)
        body = {"secret": secret} | REASON
        return await self.world.ask("POST", "/membership-requests", self.people[person], body)

    async def make_link(self, number: int, actor: str) -> httpx.Response:
        answer = await self.ask(number, "POST", "/join-links", actor, {"expires_in_days": 7, "most_uses": 1000})
        if answer.is_success:
            self.links[number] = answer.json()
        return answer

    async def revoke_link(self, number: int, actor: str) -> httpx.Response:
        link = self.links.get(number, {}).get("link_id", new_id())
        return await self.ask(number, "DELETE", f"/join-links/{link}", actor)

    async def invite(self, number: int, actor: str, person: str) -> httpx.Response:
        return await self.ask(number, "POST", "/invitations", actor, {"email": self._email(person)})

    async def suspend(self, number: int, actor: str, person: str) -> httpx.Response:
        path = f"/memberships/{self.people[person].id}/suspend"
        return await self.ask(number, "POST", path, actor, REASON | {"until": NEXT_YEAR})

    async def be_away(self, number: int, actor: str) -> httpx.Response:
        return await self.ask(number, "POST", "/absence", actor, {"until": IN_A_WEEK})

    async def elect(self, number: int, actor: str) -> httpx.Response:
        """The actor opens a ballot for the leading office, unless one is open, stands alone and votes."""
        listed = await self.ask(number, "GET", "/ballots", actor)
        if not listed.is_success:
            return listed
        running = [each for each in listed.json()["ballots"] if each["closed_at"] is None]
        ballot = next((each["id"] for each in running if each["office"] in {"chair", "coordinator"}), None)
        if ballot is None:
            opened = await self.ask(number, "POST", "/ballots", actor)
            if not opened.is_success:
                return opened
            ballot = opened.json()["id"]
        group, who = self.groups[number], self.people[actor]
        nomination = await stands(self.world, who, group, UUID(ballot))
        await voting_opens(self.resources, UUID(ballot))
        voted = await votes(self.world, who, group, UUID(ballot), nomination)
        await voting_ends(self.resources, UUID(ballot))
        return voted

    async def end_suspensions(self) -> None:
        ids = list(self.groups)
        suspended = tables.memberships.c.suspended_until.is_not(None) & tables.memberships.c.group_id.in_(ids)
        over = tables.memberships.update().where(suspended & (tables.memberships.c.state == "suspended"))
        async with self.resources.engine.begin() as connection:
            await connection.execute(over.values(suspended_until=now()))
        await settle_due(self.resources.unit_of_work, now())

    async def mark(self, number: int, staff: str, person: str | None, *, withdraw: bool = False) -> httpx.Response:
        act = self.world.withdraw if withdraw else self.world.mark
        return await act(self.staff[staff], self.groups[number], self.people[person] if person else None)

    # What it shows

    async def seen_by(self, number: int, viewer: str) -> object:
        """Members, rights, whether the group shows itself; to staff members and marks; to everybody the directory."""
        group = self.groups[number]
        if viewer == "everybody":
            answer = await self.world.ask("GET", f"/directory?name={self.word}&limit=100")
            return str(group) in {each["id"] for each in answer.json()["groups"]}
        if viewer in self.people:
            members = self._shown(await self.ask(number, "GET", "/memberships?limit=100", viewer))
            rights = _rights(await self.world.passed(self.people[viewer], group))
            return members, rights, told_by(await self.ask(number, "GET", "", viewer)) is Told.DONE
        path, staff = f"/staff/groups/{group}", self.staff[viewer]
        looked = await self.world.ask("GET", f"{path}/memberships?limit=100&purpose=Yearly+review", staff)
        marked = await self.world.ask("GET", path, staff)
        is_seen = told_by(marked) is Told.DONE
        return self._shown(looked), {each["authority"] for each in marked.json()["markings"]} if is_seen else None

    async def rows_of_groups(self) -> Rows:
        kept = {table.fullname for table in tables.metadata.sorted_tables} - set(OF_GROUPS)
        return await rows_of(self.owner, tables.metadata, without=kept)

    def _shown(self, answer: httpx.Response) -> Shown | None:
        if told_by(answer) is not Told.DONE:
            assert told_by(answer) is Told.UNSEEN, answer.text
            return None
        names = {str(who.id): name for name, who in self.people.items()}
        return {names[each["person_id"]]: (each["state"], each["office"]) for each in answer.json()["members"]}

    def _email(self, name: str) -> str:
        return f"{name}-{self.word}@example.org"


def _rights(answer: httpx.Response) -> Rights | None:
    if told_by(answer) is not Told.DONE:
        return None
    # The service's own signature is tried elsewhere; here it is what it says.
    claims = jwt.decode(answer.json()["pass"], options={"verify_signature": False})
    return claims.get("office"), "forward" in claims["rights"]
