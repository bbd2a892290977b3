"""The signing process takes nobody's word: it reads the staff member's own token."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from groups.domain.errors import SigningOutOfReach, SigningRefused
from groups.domain.statements import Draft
from groups.settings import SignSettings
from groups.sign.desk import SigningDesk, make_client
from groups.sign.sealing import KEY_FILE, KeySeal, make_seal
from groups.storage.tables import organisation_keys
from shared.auth.principal import Assurance, Principal, Role
from shared.db.engine import make_engine
from shared.ids import new_id
from shared.testing.issuer import Issuer, a_member, a_police_system, a_staff_member
from sqlalchemy import select

from services.groups.tests.conftest import BOROUGH, WARD, World

POLICE = a_staff_member(Role.POLICE, frozenset({BOROUGH}))
COORDINATOR = a_staff_member(Role.COORDINATOR, frozenset({BOROUGH}))


def a_draft(staff: Principal, authority: str = "police") -> Draft:
    assert staff.organisation_id is not None
    return Draft(new_id(), "group", new_id(), "ward_panel", WARD, authority, staff.organisation_id)


@pytest.fixture
async def desk(sign_url: str) -> AsyncIterator[SigningDesk]:
    async with make_client() as client:
        yield SigningDesk(client, sign_url)


async def test_police_sign_for_their_own_force(desk: SigningDesk, issuer: Issuer) -> None:
    signed = await desk.sign(a_draft(POLICE), issuer.access(POLICE))
    assert signed.statement.count(".") == 2
    assert (signed.expires_at - signed.issued_at).days == 3 * 365


@pytest.mark.parametrize(
    ("staff", "draft"),
    [
        (COORDINATOR, a_draft(COORDINATOR, "police")),
        (POLICE, a_draft(POLICE, "ourwatch")),
        (POLICE, a_draft(COORDINATOR)),
        (POLICE, replace(a_draft(POLICE), authority="both")),
        (POLICE, replace(a_draft(POLICE), area="E05999999")),
        (POLICE, replace(a_draft(POLICE), area="E23000001")),
        (POLICE, replace(a_draft(POLICE), subject_kind="document")),
        (POLICE, replace(a_draft(POLICE), group_kind="club")),
        (POLICE, replace(a_draft(POLICE), subject_kind="scheme_coordinator")),
        (a_member(), a_draft(POLICE)),
        (a_police_system(POLICE.organisation_id), a_draft(POLICE)),
        (a_staff_member(Role.ADMINISTRATOR, frozenset({BOROUGH}), POLICE.organisation_id), a_draft(POLICE)),
        (a_staff_member(Role.POLICE, frozenset({"E05009317"}), POLICE.organisation_id), a_draft(POLICE)),
        (a_staff_member(Role.POLICE, frozenset(), POLICE.organisation_id), a_draft(POLICE)),
        (replace(POLICE, assurance=Assurance.ONE_FACTOR), a_draft(POLICE)),
    ],
)
async def test_everybody_else_is_refused(desk: SigningDesk, issuer: Issuer, staff: Principal, draft: Draft) -> None:
    with pytest.raises(SigningRefused):
        await desk.sign(draft, issuer.access(staff))


async def test_a_token_that_identity_did_not_sign_is_refused(desk: SigningDesk, tmp_path: Path) -> None:
    with pytest.raises(SigningRefused):
        await desk.sign(a_draft(POLICE), Issuer(tmp_path).access(POLICE))
    with pytest.raises(SigningRefused):
        await desk.sign(a_draft(POLICE), "no token")


async def test_without_a_token_nothing_is_signed(sign_url: str) -> None:
    async with make_client() as client, client.post(f"{sign_url}/sign", json={}) as answer:
        assert answer.status == 401


async def test_a_process_that_does_not_answer_is_out_of_reach(issuer: Issuer) -> None:
    async with make_client() as client:
        with pytest.raises(SigningOutOfReach):
            await SigningDesk(client, "http://127.0.0.1:9").sign(a_draft(POLICE), issuer.access(POLICE))


async def test_an_organisation_has_one_key_however_many_ask_first(
    desk: SigningDesk, issuer: Issuer, sign_settings: SignSettings
) -> None:
    staff = a_staff_member(Role.POLICE, frozenset({BOROUGH}))
    token = issuer.access(staff)
    signed = await asyncio.gather(*(desk.sign(a_draft(staff), token) for _ in range(20)))
    assert len({each.statement.split(".")[0] for each in signed}) == 1
    engine = make_engine(sign_settings.sign_database_url, "test", pool_size=1)
    query = select(organisation_keys).where(organisation_keys.c.organisation_id == staff.organisation_id)
    async with engine.connect() as connection:
        rows = (await connection.execute(query)).all()
    await engine.dispose()
    assert len(rows) == 1
    seal = KeySeal.from_folder(sign_settings.sign_key_folder)
    private = seal.open(rows[0].sealed_private_key, rows[0].organisation_id, rows[0].kid)
    assert private.private_bytes_raw() not in rows[0].sealed_private_key


def test_a_sealed_key_opens_for_its_organisation_alone(tmp_path: Path) -> None:
    make_seal(tmp_path)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    seal, organisation_id = KeySeal.from_folder(tmp_path), new_id()
    sealed = seal.seal(Ed25519PrivateKey.generate(), organisation_id, "kid")
    make_seal(tmp_path)
    again = KeySeal.from_folder(tmp_path)
    again.open(sealed, organisation_id, "kid")
    for other, kid in ((new_id(), "kid"), (organisation_id, "another")):
        with pytest.raises(InvalidTag):
            again.open(sealed, other, kid)


async def test_a_marking_fails_closed_without_the_signing_process(
    world: World, panel: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = world.client._transport.app.state.resources.signs  # type: ignore[attr-defined]  # httpx keeps it there
    monkeypatch.setattr(desk, "_url", "http://127.0.0.1:9")
    police = await world.police()
    assert (await world.mark(police, panel)).status_code == 503
    monkeypatch.undo()
    assert (await world.mark(police, panel)).status_code == 201


async def test_what_was_signed_and_never_kept_is_not_genuine(
    world: World, panel: UUID, desk: SigningDesk, issuer: Issuer
) -> None:
    police = await world.police()
    kept = (await world.mark(police, panel)).json()
    assert police.organisation_id is not None
    again = Draft(UUID(kept["marking_id"]), "group", panel, "ward_panel", WARD, "police", police.organisation_id)
    for draft in (again, replace(again, marking_id=new_id())):
        signed = await desk.sign(draft, issuer.access(police))
        checked = await world.ask("POST", "/markings/check", None, {"statement": signed.statement})
        assert checked.json()["genuine"] is False
