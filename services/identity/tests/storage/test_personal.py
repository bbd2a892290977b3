"""The page of what is held about a person leaves no table and no column out."""

from identity.storage import tables
from identity.storage.personal import PERSONAL
from sqlalchemy import Column, LargeBinary, Table

# Whose rows they are is said by these names; `appointed_by`, `set_by` and their like are an
# administrator's act, and stay with it.
OWNERS = {"account_id", "person_id", "voucher_id", "session_id"}
# What is never shown, besides all that is kept as bytes (digests, sealed secrets): which officer looked, too.
SECRET = {"password_hash", "staff_id"}
OF_EVERYBODY = {
    "outbox", "inbox", "relay", "idempotency_keys", "organisations", "tries",
    "machine_clients", "machine_keys", "used_assertions", "providers", "provider_sign_ins",
}  # fmt: skip


def names_a_person(table: Table) -> bool:
    points_at_accounts = any(key.column.table is tables.accounts for key in table.foreign_keys)
    return points_at_accounts or bool(OWNERS & set(table.c.keys())) or table is tables.accounts


def test_every_table_that_names_a_person_is_on_the_page_once() -> None:
    held = [personal.table.name for personal in PERSONAL]
    assert len(held) == len(set(held))
    assert set(held) == {table.name for table in tables.metadata.sorted_tables if names_a_person(table)}
    assert set(held) | OF_EVERYBODY == {table.name for table in tables.metadata.sorted_tables}


def test_every_column_is_shown_unless_it_is_a_secret_or_whose_the_row_is() -> None:
    for personal in PERSONAL:
        left_out = [column for column in personal.table.columns if column.name not in personal.shown]
        assert not [column for column in left_out if not may_be_left_out(column)], personal.table.name
        assert not [name for name in personal.shown if is_secret(personal.table.c[name])], personal.table.name


def may_be_left_out(column: Column[object]) -> bool:
    return is_secret(column) or column.name in OWNERS


def is_secret(column: Column[object]) -> bool:
    return isinstance(column.type, LargeBinary) or column.name in SECRET
