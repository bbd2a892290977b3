"""Person by state of the group by route of documents, over real HTTP: every answer is the oracle's."""

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from gateway.domain.policy import ROWS
from launcher.demo.story import Story
from shared.ids import new_id

from tests.journeys.conftest import LiveSystem
from tests.journeys.matrix import Cast, Scene, scenes
from tests.journeys.oracle import ROUTES, Answer, Person, State, Target, expected, may_see, rights

pytestmark = pytest.mark.timeout(300)

ROW_OF = {row.id: row for row in ROWS if row.service == "documents"}
OF_DOCUMENTS = (Target.FOR_MEMBERS, Target.FOR_OFFICERS, Target.IN_BIN)
TEXT = b"text"


def targets(route: str) -> tuple[Target, ...]:
    """What a route can be asked about."""
    path = ROW_OF[route].path
    if path.startswith("/releases/"):
        return (Target.LINK,)
    if "{release_id}" in path:
        return (Target.FOR_MEMBERS, Target.FOR_OFFICERS)
    return OF_DOCUMENTS if "{document_id}" in path or route == "create_release" else (Target.VAULT,)


@dataclass
class Matrix:
    """Asks as everybody in every group."""

    http: httpx.Client
    cast: Cast
    scenes: dict[State, Scene]
    nowhere: dict[tuple[Person, str], httpx.Response]

    def ask(self, person: Person, scene: Scene, route: str, ids: dict[str, Any], **parts: Any) -> httpx.Response:
        row = ROW_OF[route]
        headers = self.cast.headers(person, scene) | parts.pop("headers", {})
        if row.method != "GET":
            headers["idempotency-key"] = new_id().hex
        return self.http.request(row.method, row.path.format(**ids), headers=headers, **parts)

    def as_nowhere(self, person: Person, scene: Scene, route: str, parts: dict[str, Any]) -> httpx.Response:
        """What the same person is told of a group, or a release, that there never was."""
        if (person, route) not in self.nowhere:
            ids = dict.fromkeys(("group_id", "document_id", "version_id", "folder_id", "release_id"), new_id())
            self.nowhere[person, route] = self.ask(person, scene, route, ids, **parts)
        return self.nowhere[person, route]

    def is_wrong(self, person: Person, scene: Scene, route: str, target: Target) -> str | None:
        """What is wrong with the answer, in words; None where it is the oracle's."""
        right = expected(person, scene.state, route, target)
        ids, parts = asked_for(scene, route, target, right)
        answer = self.ask(person, scene, route, ids, **parts)
        what = f"{person}, {scene.state}, {route} of {target}: {answer.status_code}"
        if answer.status_code != right.status:
            return f"{what}, not {right.status} {answer.text[:200]}"
        if right.as_nowhere and told(answer) != told(self.as_nowhere(person, scene, route, parts)):
            return f"{what}, and not as for a group that does not exist"
        for kind, kept in scene.kept.items():
            by_link = target is Target.LINK and kind is Target.FOR_MEMBERS
            shows = kept.word in answer.text or str(kept.document_id) in answer.text
            if shows and not by_link and not may_see(person, scene.state, route, kind):
                return f"{what}, and shows {kind}"
        return None


def told(answer: httpx.Response) -> tuple[int, Any, dict[str, str]]:
    """All that an answer says, without what is each request's own."""
    is_json = answer.headers.get("content-type", "").endswith("json") and answer.content
    said = {k: v for k, v in answer.json().items() if k != "correlation_id"} if is_json else answer.content
    return answer.status_code, said, {k: v for k, v in answer.headers.items() if k not in {"ow-correlation", "date"}}


def asked_for(scene: Scene, route: str, target: Target, right: Answer) -> tuple[dict[str, Any], dict[str, Any]]:
    """The path's ids, and a request that is right in itself. What would do away with something is given its own."""
    kept = scene.kept.get(target, scene.kept[Target.FOR_MEMBERS])
    ids: dict[str, Any] = {
        "group_id": scene.group_id,
        "document_id": kept.document_id,
        "version_id": kept.version_id,
        "folder_id": scene.folder_id,
        "release_id": kept.release_id,
    }
    if right.status < 400:
        ids |= of_its_own(scene, route, target, kept.document_id)
    raw = {"content-type": "application/octet-stream"}
    partial = {"content-type": "application/partial-upload", "upload-offset": "0", "upload-complete": "?1"}
    release = {"document_id": str(kept.document_id), "version_id": str(kept.version_id)}
    parts: dict[str, dict[str, Any]] = {
        "search_documents": {"params": {"q": kept.word[:7]}},
        "add_document": {"json": {"name": "Added.txt", "readers": "officers"}},
        "change_document": {"json": {"is_pinned": True}},
        "add_folder": {"json": {"name": "Added"}},
        "change_folder": {"json": {"name": "Changed"}},
        "restore_document": {"json": {}},
        "add_version": {"json": {"length": len(TEXT)}},
        "upload_version": {"content": TEXT, "headers": raw},
        "resume_upload": {"content": TEXT, "headers": partial},
        "create_release": {"json": {**release, "list_id": str(new_id()), "expires_in_days": 1}},
        "revoke_release": {"json": {}},
    }
    if target is Target.LINK:
        ids["release_id"] = scene.link["path"].rpartition("/")[2]
        shown = {"ref": scene.link["ref"], "secret": scene.link["secret"]}
        return ids, {"params" if route == "show_release" else "data": shown}
    return ids, parts.get(route, {})


def of_its_own(scene: Scene, route: str, target: Target, document_id: UUID) -> dict[str, Any]:
    """Something that may go, for who is let in to do away with it."""
    match route:
        case "bin_document" | "restore_document":
            added = scene.add(target)[0]
            if route == "restore_document":
                scene.bin(added)
            return {"document_id": added}
        case "remove_folder":
            return {"folder_id": scene.chair.call("POST", f"{scene.path}/folders", json={"name": "Empty"})["id"]}
        case "upload_version" | "resume_upload":
            versions = f"{scene.path}/documents/{document_id}/versions"
            return {"version_id": scene.chair.call("POST", versions, json={"length": len(TEXT)})["id"]}
        case _:
            return {}


@pytest.fixture(scope="module")
def matrix(live: LiveSystem, panel: Story) -> Iterator[Matrix]:
    cast = Cast(live, panel)
    with ExitStack() as opened, httpx.Client(base_url=panel.ground.url, timeout=30) as http:
        yield Matrix(http, cast, {scene.state: scene for scene in scenes(panel, cast, opened)}, {})


def test_the_oracle_knows_every_route_of_documents() -> None:
    assert set(ROUTES) == set(ROW_OF)


@pytest.mark.parametrize("state", State, ids=lambda state: state.name.lower())
def test_every_answer_is_the_oracles(matrix: Matrix, state: State) -> None:
    scene = matrix.scenes[state]
    wrong = [matrix.is_wrong(person, scene, route, target) for person, route, target in everything_asked(state)]
    assert [each for each in wrong if each] == []


def everything_asked(state: State) -> Iterator[tuple[Person, str, Target]]:
    """All routes by everybody. Who has a right asks each about all it can be asked about; others about one in turn."""
    turn = itertools.count()
    for person, route in itertools.product(Person, ROUTES):
        about = targets(route)
        for target in about if rights(person, state) else [about[next(turn) % len(about)]]:
            yield person, route, target
