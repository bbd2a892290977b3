"""One use case, one transaction, one commit (law 5). `commit` is spelled here and nowhere else."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from shared.bus.outbox import Outbox
from shared.contracts.envelope import Event


class Claim(Protocol):
    """A right to have an effect once, taken inside the transaction that has the effect.

    `take` raises where it is taken already. `settle` finishes the work, at once or when the answer is known.
    """

    async def take(self, session: AsyncSession) -> None: ...

    async def settle(self, work: "UnitOfWork") -> None: ...


class UnitOfWork:
    """A transaction with the events that it causes.

        async with uow:
            ...            # uow.session
            uow.record(SomethingHappened(...))

    Left without an error: effects, events and claim are committed together. Left with one: nothing happened.
    It may be entered again after it was left: each time is a transaction of its own, save under an idempotency
    key, whose claim keeps the first one open until the answer is stored with it.
    """

    session: AsyncSession

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        producer: str,
        claim: Claim | None = None,
        opening: Callable[[AsyncSession], Awaitable[None]] | None = None,
    ) -> None:
        """`opening` is the first thing that each transaction does."""
        self._sessions = sessions
        self._opening = opening
        self._producer = producer
        self._claim = claim
        # Whether a transaction is under way: not committed, and not rolled back by an error.
        self.is_open = False

    def record(self, event: Event) -> None:
        """Says, in this transaction, that something happened. The relay tells the others once it is committed."""
        self._outbox.add(event)

    async def __aenter__(self) -> Self:
        if self.is_open:
            return self
        self.session = self._sessions()
        self._outbox = Outbox(self._producer)
        self.is_open = True
        try:
            if self._opening is not None:
                await self._opening(self.session)
            if self._claim is not None:
                await self._claim.take(self.session)
        except BaseException:
            await self.abandon()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            await self.abandon()
        elif self._claim is not None:
            await self._claim.settle(self)
        else:
            await self.finish()

    async def finish(self) -> None:
        """Writes the recorded events and commits. Only the block's end and a claim call this."""
        try:
            await self.session.flush()
            await self._outbox.write(self.session)
            await self.session.commit()
        finally:
            await self._close()

    async def abandon(self) -> None:
        """Rolls back whatever is still open, with the events recorded in it; does nothing after the end."""
        if self.is_open:
            self._outbox = Outbox(self._producer)
            await self._close()

    async def _close(self) -> None:
        self.is_open = False
        await self.session.close()
