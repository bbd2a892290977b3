"""Four groups, one in each state, with somebody of every kind around each of them: the ground of the matrix."""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
from launcher.demo.mailbox import wait_for
from launcher.demo.people import Resident
from launcher.demo.story import Story, refusal_of
from ourwatch_client import MemberSession
from ourwatch_client.session import Tokens
from shared.auth.access import ISSUER, issue_access_token
from shared.auth.keyfiles import load_signing_key
from shared.auth.principal import Principal, Role
from shared.clock import now
from shared.ids import new_id
from shared.testing.issuer import a_member, a_police_system, a_staff_member

from tests.journeys.conftest import LiveSystem
from tests.journeys.oracle import Person, State, Target

AROUND = (
    Person.CHAIR,
    Person.MEMBER,
    Person.INVITED,
    Person.SUSPENDED,
    Person.SECRETARY,
    Person.REMOVED,
    Person.FORWARDER,
    Person.PENDING,
    Person.LEFT,
)
"""One of each; in every group the same nine people stand in other places."""
NINE = (1, 2, 3, 4, 10, 11, 12, 14, 15)
STRANGER = 20
AREA = "E05009317"


@dataclass(frozen=True)
class Kept:
    """A document with a word that its name and its content alone have."""

    document_id: UUID
    version_id: UUID
    release_id: UUID | None
    word: str


@dataclass
class Scene:
    """A group, who is what to it, and what its vault holds."""

    state: State
    group_id: UUID
    people: dict[Person, UUID]
    chair: MemberSession
    kept: dict[Target, Kept] = field(default_factory=dict)
    folder_id: UUID = field(default_factory=new_id)
    link: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/groups/{self.group_id}"

    def add(self, target: Target) -> tuple[UUID, UUID, str]:
        """Adds a document of this kind; the word that gives it away is in its name and its content."""
        word = f"kestrel{new_id().hex}"
        readers = "officers" if target is Target.FOR_OFFICERS else "members"
        ids = self.chair.add_document(self.group_id, f"{word}.txt", f"{word} in it".encode(), readers=readers)
        return *ids, word

    def bin(self, document_id: UUID) -> None:
        self.chair.call("DELETE", f"{self.path}/documents/{document_id}")


class Cast:
    """Everybody who asks, with a session of the plane that is theirs: two factors, shown just now."""

    def __init__(self, live: LiveSystem, panel: Story) -> None:
        self._key = load_signing_key(live.state.key_folder("identity"), ISSUER)
        self._panel = panel

    def token(self, principal: Principal) -> str:
        return issue_access_token(self._key, principal, now())

    def headers(self, person: Person, scene: Scene) -> dict[str, str]:
        principal = self._principal(person, scene)
        return {} if principal is None else {"authorization": f"Bearer {self.token(principal)}"}

    def session(self, person_id: UUID) -> MemberSession:
        tokens = Tokens(
            access_token=self.token(a_member(person_id)),
            refresh_token="",
            expires_in=300,
            session_id=new_id(),
            account_id=person_id,
            plane="member",
            assurance="two_factors",
        )
        return MemberSession(self._panel.ground.url, tokens)

    def staff(self, role: Role) -> Principal:
        """With the account of the story, since groups knows it and whom it works for."""
        panel = self._panel
        account, organisation = {
            Role.POLICE: (panel.police, panel.force_id),
            Role.COORDINATOR: (panel.coordinator, panel.ourwatch_id),
            Role.ADMINISTRATOR: (panel.administrator, None),
        }[role]
        return a_staff_member(role, frozenset({"E09000030"}), organisation, account.session.account_id)

    def _principal(self, person: Person, scene: Scene) -> Principal | None:
        match person:
            case Person.NOBODY:
                return None
            case Person.POLICE_SYSTEM:
                return a_police_system(self._panel.force_id)
            case Person.POLICE | Person.COORDINATOR | Person.ADMINISTRATOR:
                return self.staff(Role(person.value))
            case Person.STRANGER:
                return a_member(self._panel.residents[STRANGER].session.account_id)
            case Person.OFFICER_ELSEWHERE:
                return a_member(self._panel.chair.session.account_id)
            case _:
                return a_member(scene.people[person])


def scenes(panel: Story, cast: Cast, opened: ExitStack) -> list[Scene]:
    """One group in each state, built in steps that wait for each other's mail."""
    nine = [panel.residents[number] for number in NINE]
    made = []
    for turn, state in enumerate(State):
        around = dict(zip(AROUND, nine[2 * turn :] + nine[: 2 * turn], strict=True))
        made.append(_people_come(panel, cast, state, around, opened))
    contacts = {scene.state: f"{scene.state.name.lower()}.{panel.run}@estate.example" for scene in made}
    lists = {scene.state: _ask_contact(scene, contacts[scene.state]) for scene in made}
    for scene in made:
        panel.visitor.submit(
            "/contacts/confirm", secret=panel.post.link(contacts[scene.state], "/contacts/confirm")["secret"]
        )
        _fill(scene)
    released = {scene.state: _forward(scene, lists[scene.state]) for scene in made}
    for scene in made:
        scene.link = panel.post.link(contacts[scene.state], f"/releases/{released[scene.state]}")
        wait_for("the link to work", partial(_opens, panel, scene.link))
    _become(panel, cast, {scene.state: scene for scene in made})
    return made


def _people_come(panel: Story, cast: Cast, state: State, around: dict[Person, Resident], opened: ExitStack) -> Scene:
    ids = {person: resident.session.account_id for person, resident in around.items()}
    sessions = {person: opened.enter_context(cast.session(person_id)) for person, person_id in ids.items()}
    chair = sessions[Person.CHAIR]
    visibility = "visible" if state is State.VISIBLE else "hidden"
    group_id = chair.found_group(
        kind="ward_panel", name=f"{state} {panel.run}", purpose="One state", visibility=visibility, area=AREA
    )
    group, secret = f"/groups/{group_id}", chair.make_join_link(group_id)
    chair.call("POST", f"{group}/invitations", json={"email": around[Person.INVITED].email})
    for person in ids.keys() - {Person.CHAIR, Person.INVITED}:
        sessions[person].ask_to_join(secret, "I live here")
    chair.admit(group_id, [ids[person] for person in ids.keys() - {Person.CHAIR, Person.INVITED, Person.PENDING}])
    until = (now() + timedelta(days=9)).isoformat()
    suspended = f"{group}/memberships/{ids[Person.SUSPENDED]}/suspend"
    chair.call("POST", suspended, json={"until": until, "reason": "For a while"})
    chair.remove(group_id, ids[Person.REMOVED], "Moved away")
    sessions[Person.LEFT].call("DELETE", f"{group}/membership")
    chair.appoint(group_id, "secretary", ids[Person.SECRETARY])
    chair.call("PUT", f"{group}/forwarders/{ids[Person.FORWARDER]}", json={})
    wait_for("the invitation", lambda: refusal_of(partial(sessions[Person.INVITED].call, "GET", group)) is None)
    return Scene(state, group_id, ids, chair)


def _ask_contact(scene: Scene, email: str) -> UUID:
    list_id = scene.chair.make_list(scene.group_id, "Estate")
    scene.chair.add_contact(scene.group_id, list_id, email, "Warden")
    return list_id


def _fill(scene: Scene) -> None:
    for target in (Target.FOR_MEMBERS, Target.FOR_OFFICERS, Target.IN_BIN):
        document_id, version_id, word = scene.add(target)
        release_id = scene.chair.release(scene.group_id, document_id, version_id, new_id())
        scene.kept[target] = Kept(document_id, version_id, release_id, word)
    scene.bin(scene.kept[Target.IN_BIN].document_id)
    scene.folder_id = UUID(scene.chair.call("POST", f"{scene.path}/folders", json={"name": "Minutes"})["id"])


def _forward(scene: Scene, list_id: UUID) -> UUID:
    kept = scene.kept[Target.FOR_MEMBERS]
    return scene.chair.release(scene.group_id, kept.document_id, kept.version_id, list_id)


def _opens(panel: Story, link: dict[str, str]) -> bool:
    asked: dict[str, Any] = {"ref": link["ref"], "secret": link["secret"]}
    return httpx.get(panel.ground.url + link["path"], params=asked).is_success


def _become(panel: Story, cast: Cast, scene_of: dict[State, Scene]) -> None:
    police, coordinator = ({"authorization": f"Bearer {cast.token(cast.staff(role))}"} for role in PAUSING)
    with httpx.Client(base_url=panel.ground.url, timeout=30) as http:
        staff = f"/staff{scene_of[State.VISIBLE].path}/markings"
        _done(http.post(staff, headers=police | _key(), json={"household": False}))
        pause = f"/staff{scene_of[State.PAUSED].path}/pause"
        asked = _done(http.post(pause, headers=police | _key(), json={"reason": "Too loud"}))
        _done(http.post(f"{pause}/confirm", headers=coordinator | _key(), json={"pause_id": asked["id"]}))
    archived = scene_of[State.ARCHIVED]
    archived.chair.call("POST", f"{archived.path}/archive", json={})
    wait_for("the links to end", lambda: not _opens(panel, archived.link))


PAUSING: Iterable[Role] = (Role.POLICE, Role.COORDINATOR)


def _key() -> dict[str, str]:
    return {"idempotency-key": new_id().hex}


def _done(answer: httpx.Response) -> Any:  # Any: what JSON holds
    assert answer.is_success, answer.text
    return answer.json()
