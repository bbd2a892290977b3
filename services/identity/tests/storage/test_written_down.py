"""What is written down is added to alone, by the rights of the database; erasing goes through one narrow door."""

import pytest
from identity.domain.ledger import LedgerKind
from identity.storage.ledger import Ledger
from identity.storage.tables import WRITTEN_DOWN, ledger
from shared.clock import now
from sqlalchemy import Table, func, select, text
from sqlalchemy.exc import DBAPIError

from services.identity.tests.conftest import People


@pytest.mark.parametrize("table", WRITTEN_DOWN, ids=lambda table: table.name)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_nobody_who_serves_can_change_what_is_written_down(people: People, table: Table, change: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await people.change(text(change.format(table.name)))


async def test_only_who_is_erased_is_taken_out_of_it(people: People) -> None:
    person = await people.resident()
    async with (uow := people.resources.unit_of_work()):
        Ledger(uow.session).write(person.id, LedgerKind.SIGNED_OUT, now())
    with pytest.raises(DBAPIError, match="not erased"):
        await people.change(select(func.forget_written_down(person.id)))
    assert await people.rows(select(ledger.c.id).where(ledger.c.account_id == person.id)) != []


async def test_the_door_is_open_to_nobody_else_and_is_not_led_astray(people: People) -> None:
    function = "FROM pg_proc WHERE proname = 'forget_written_down'"
    [(owner, elevated, config, rights)] = await people.rows(
        text(f"SELECT proowner::regrole::text, prosecdef, proconfig, proacl::text {function}")
    )
    assert (owner, elevated, config) == ("identity_owner", True, ["search_path=pg_catalog"])
    assert rights == "{identity_owner=X/identity_owner,identity_app=X/identity_owner}"
