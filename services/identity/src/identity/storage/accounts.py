"""Accounts and what hangs on them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import WAITS, Account, Appointment, Authenticator
from identity.storage import tables

# As the partial unique index says it, word for word: a parameter in its place would pass the index by.
IS_NOT_CLOSED = text("accounts.state <> 'closed'")


class Accounts:
    """All accounts, members' and staff's. By an address none is found that is closed: it is free for another."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, account_id: UUID) -> Account | None:
        return await self._session.get(Account, account_id)

    async def get_for_change(self, account_id: UUID) -> Account | None:
        # Read anew under the lock: a transaction that looked before it locked would go on with what it saw then.
        return await self._session.get(Account, account_id, with_for_update=True, populate_existing=True)

    async def by_email(self, email: str, shared_as: str = "") -> Account | None:
        """The account of an address, which is kept in lower case, and of the short name of who shares its mailbox."""
        return await self._session.scalar(_named(email, shared_as))

    async def by_email_for_change(self, email: str, shared_as: str = "") -> Account | None:
        """The same, locked: whoever decides by its state must not be overtaken by its confirmation."""
        return await self._session.scalar(_named(email, shared_as).with_for_update())

    async def at_mailbox(self, email: str) -> Sequence[Account]:
        """Every account of an address, whose mailbox several people may share; for who holds the address's lock."""
        chosen = select(Account).where(tables.accounts.c.email == email.casefold(), IS_NOT_CLOSED)
        return (await self._session.scalars(chosen)).all()

    async def lock_address(self, email: str) -> None:
        """Lets one transaction at a time decide about an address, known or not."""
        await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(email.casefold(), 0))))

    def add(self, account: Account) -> None:
        self._session.add(account)


def _named(email: str, shared_as: str) -> Select[Account]:
    column = tables.accounts.c
    named = (column.email == email.casefold()) & (column.shared_as == shared_as.casefold())
    return select(Account).where(named, IS_NOT_CLOSED)


_TAKE_STEP = (
    update(tables.authenticators)
    .where(tables.authenticators.c.account_id == bindparam("of"), tables.authenticators.c.last_step < bindparam("step"))
    .values(last_step=bindparam("step"))
    .returning(tables.authenticators.c.account_id)
)


class Authenticators:
    """The authenticator apps of accounts."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, account_id: UUID) -> Authenticator | None:
        return await self._session.get(Authenticator, account_id)

    async def confirmed_of(self, account_id: UUID) -> Authenticator | None:
        """The app that counts; one whose owner never showed a code of it does not."""
        known = await self.of(account_id)
        return known if known is not None and known.confirmed_at is not None else None

    async def keep_pending(self, account_id: UUID, sealed_seed: bytes, now: datetime) -> None:
        """Keeps the seed of an app that does not count yet, in the place of an earlier one."""
        pending = {"pending_seed": sealed_seed, "pending_at": now}
        await self._session.execute(
            insert(tables.authenticators)
            .values(account_id=account_id, last_step=0, **pending)
            .on_conflict_do_update(index_elements=["account_id"], set_=pending)
        )

    async def take_step(self, account_id: UUID, step: int) -> bool:
        """Uses up a time step; False when it or a later one was used. One statement: of a race, one wins."""
        taken = await self._session.execute(_TAKE_STEP, {"of": account_id, "step": step})
        return taken.first() is not None

    async def confirm(self, account_id: UUID, pending_seed: bytes, step: int, now: datetime) -> bool:
        """Makes this pending seed the one that counts, with the step of the code that proved it used up.

        False where another took its place meanwhile. One statement: of a race, one wins.
        """
        column = tables.authenticators.c
        counts = {"sealed_seed": column.pending_seed, "confirmed_at": now, "last_step": step}
        confirmed = await self._session.execute(
            update(tables.authenticators)
            .where(column.account_id == account_id, column.pending_seed == pending_seed)
            .values(**counts, pending_seed=None, pending_at=None)
            .returning(column.account_id)
        )
        return confirmed.first() is not None

    async def remove(self, account_id: UUID) -> None:
        """Forgets the app, and one that waits beside it."""
        await self._session.execute(
            delete(tables.authenticators).where(tables.authenticators.c.account_id == account_id)
        )


class Appointments:
    """Coordinators' appointments."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, person_id: UUID) -> Appointment | None:
        return await self._session.get(Appointment, person_id)

    async def get_anew(self, person_id: UUID) -> Appointment | None:
        """As it now is, for who has locked the account."""
        return await self._session.get(Appointment, person_id, populate_existing=True)

    async def next_run_out(self, now: datetime, after: UUID | None) -> UUID | None:
        """Whose appointment has run out, in order of id, after one."""
        column = tables.appointments.c
        run_out = or_(column.until <= now, column.declared_at.is_(None) & (column.appointed_at <= now - WAITS))
        chosen = select(column.person_id).where(column.ended_at.is_(None), run_out)
        if after is not None:
            chosen = chosen.where(column.person_id > after)
        found: UUID | None = await self._session.scalar(chosen.order_by(column.person_id).limit(1))
        return found

    def add(self, appointment: Appointment) -> None:
        self._session.add(appointment)
