"""A marking as a file, verified by whoever has it and the organisation's public key, and nothing of ours (P8)."""

import asyncio
import json
import sys
from pathlib import Path
from uuid import UUID

from shared.auth.principal import Principal
from shared.ids import new_id

from services.groups.tests.conftest import World

SCRIPT = Path(__file__).parents[1] / "verify_statement.py"


async def verified(statement: str, key: dict[str, str], folder: Path) -> tuple[int, str]:
    """What the script that a reader may copy from the README says: its exit code, and what it printed."""
    (folder / "statement.txt").write_text(statement)
    (folder / "key.json").write_text(json.dumps(key))
    # Isolated: it finds none of our packages' settings, and no module of the working folder.
    asked = [sys.executable, "-I", str(SCRIPT), str(folder / "statement.txt"), str(folder / "key.json")]
    process = await asyncio.create_subprocess_exec(
        *asked, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_an_exported_marking_verifies_with_twenty_lines_and_the_organisations_key(
    world: World, chair: Principal, panel: UUID, tmp_path: Path
) -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 20
    police, coordinator = await world.police(), await world.coordinator()
    marking = (await world.mark(police, panel)).json()
    await world.mark(coordinator, panel)
    answer = await world.ask("GET", f"/groups/{panel}/markings/{marking['marking_id']}/statement", chair)
    assert answer.headers["content-type"].startswith("text/plain")
    assert "attachment" in answer.headers["content-disposition"]
    keys = {key.get("organisation"): key for key in (await world.ask("GET", "/marking-keys")).json()["keys"]}
    key = keys[str(police.organisation_id)]
    code, said = await verified(answer.text, key, tmp_path)
    assert code == 0
    assert (json.loads(said)["authority"], json.loads(said)["subject"]) == ("police", str(panel))
    head, body, signature = answer.text.strip().split(".")
    for wrong, by in (
        (f"{head}.{body[:-4]}AAAA.{signature}", key),
        (f"{head}.{body}.{signature[:-4]}AAAA", key),
        (answer.text, keys[str(coordinator.organisation_id)]),
        (answer.text, key | {"organisation": str(new_id())}),
    ):
        assert (await verified(wrong, by, tmp_path))[0] != 0


async def test_who_does_not_see_a_marking_exports_nothing(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    member, other = await world.member(chair, panel, secret), await world.member(chair, panel, secret)
    marking = (await world.mark(await world.police(), panel, member)).json()["marking_id"]
    path = f"/groups/{panel}/markings/{marking}/statement"
    assert [(await world.ask("GET", path, who)).status_code for who in (member, chair, other)] == [200, 200, 404]
    unknown = f"/groups/{panel}/markings/{new_id()}/statement"
    assert (await world.ask("GET", unknown, chair)).json()["code"] == "groups.no_such_marking"
