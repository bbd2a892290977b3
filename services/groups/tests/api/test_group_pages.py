"""A group's page for everybody, and its poster: nothing shows there that the directory does not show (P11, P14)."""

import asyncio
import re
from xml.etree import ElementTree as ET

from groups.bootstrap import Resources
from groups.domain.markings import GRACE, LIFE
from groups.use_cases.show_group_page import show_group_page
from shared.auth.principal import Principal
from shared.clock import now

from services.groups.tests.conftest import World


async def page_of(world: World, officer: Principal, group: object) -> str:
    """The path that the group's poster leads to."""
    svg = (await world.ask("GET", f"/groups/{group}/poster.svg", officer)).text
    found = re.search(r"http://ourwatch\.test(/g/[\w-]{14})<", svg)
    assert found is not None, svg
    return found.group(1)


async def seen(world: World, path: str) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    answer = await world.ask("GET", path, None, **{"ow-correlation": "00000000-0000-7000-8000-000000000009"})
    return answer.status_code, answer.content, answer.headers.raw


async def test_the_page_tells_who_vouches_until_when_and_what_changed(world: World, chair: Principal) -> None:
    group = await world.group(chair, visibility="visible")
    path = await page_of(world, chair, group)
    await world.mark(await world.police(), group)
    await world.mark(await world.coordinator(), group)
    await world.ask("PATCH", f"/groups/{group}", chair, {"name": "<b>Bold</b>"})
    status, content, headers = await seen(world, path)
    html = content.decode()
    assert status == 200
    assert "&lt;b&gt;Bold&lt;/b&gt; is a police Ward Panel in Whitechapel." in html
    assert "<b>" not in html
    assert "<script" not in html
    assert "The police vouch for this group" in html
    assert "OurWatch vouches for this group" in html
    assert html.count("Changed since they looked: its name.") == 2
    assert (now() + LIFE).strftime("%B %Y") in html
    assert str(group) not in html
    assert dict(headers)[b"content-security-policy"].startswith(b"default-src")


async def test_hidden_unmarked_withdrawn_and_unknown_are_one_and_the_same_page(world: World, chair: Principal) -> None:
    police = await world.police()
    hidden, unmarked, withdrawn = [
        await world.group(chair, visibility=visibility) for visibility in ("hidden", "visible", "visible")
    ]
    for group in (hidden, withdrawn):
        await world.mark(police, group)
    await world.withdraw(police, withdrawn)
    unknown = await seen(world, "/g/AAAAAAAAAAAAAA")
    assert unknown[0] == 404
    for group in (hidden, unmarked, withdrawn):
        assert await seen(world, await page_of(world, chair, group)) == unknown
    for other in ("x", "x" * 5_000, "%00", str(hidden), "%F0%9F%8F%A0"):
        assert await seen(world, f"/g/{other}") == unknown


async def test_the_page_goes_with_the_last_marking(world: World, chair: Principal, resources: Resources) -> None:
    group = await world.group(chair, visibility="visible")
    await world.mark(await world.police(), group)
    public_id = (await page_of(world, chair, group)).removeprefix("/g/")
    in_grace = await show_group_page(resources.unit_of_work(), public_id, now() + LIFE + GRACE / 2)
    assert [marking.is_in_grace for marking in in_grace.group.markings] == [True]


async def test_a_poster_is_a_picture_with_the_groups_name_and_no_markup_of_it(world: World, chair: Principal) -> None:
    group = await world.group(chair)
    await world.ask("PATCH", f"/groups/{group}", chair, {"name": "Smith & <Sons> " + "x" * 180})
    answer = await world.ask("GET", f"/groups/{group}/poster.svg", chair)
    assert answer.headers["content-type"] == "image/svg+xml"
    words = "".join(ET.fromstring(answer.text).itertext())
    assert "Smith & <Sons>" in words
    assert "Is this group genuine?" in words
    member = await world.member(chair, group)
    assert (await world.ask("GET", f"/groups/{group}/poster.svg", member)).status_code == 403


async def test_the_leader_renews_the_address_and_the_old_one_is_as_none(world: World, chair: Principal) -> None:
    group = await world.group(chair, visibility="visible")
    await world.mark(await world.police(), group)
    before = await page_of(world, chair, group)
    member = await world.member(chair, group)
    renew = f"/groups/{group}/page/renew"
    assert (await world.ask("POST", renew, member)).status_code == 403
    url = (await world.ask("POST", renew, chair)).json()["url"]
    after = await page_of(world, chair, group)
    assert url == f"http://ourwatch.test{after}"
    assert (await seen(world, after))[0] == 200
    assert await seen(world, before) == await seen(world, "/g/AAAAAAAAAAAAAA")


async def test_twenty_posters_at_once_lead_to_one_page(world: World, chair: Principal) -> None:
    group = await world.group(chair)
    assert len(set(await asyncio.gather(*(page_of(world, chair, group) for _ in range(20))))) == 1
