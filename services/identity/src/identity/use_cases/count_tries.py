"""Tries are counted before they are looked at, so that a thousand at once are a thousand."""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import CodeRefused, NotYourPassword, PasswordRefused, SignInRefused, TooManyTries
from identity.domain.guessing import PATIENCE, Lane
from identity.domain.link_purposes import MailKind
from identity.keyring import Keyring
from identity.storage.tries import Tries

_FAILURES = (SignInRefused, PasswordRefused, NotYourPassword, CodeRefused)


def account_lane(email: str, shared_as: str) -> str:
    """What the lane of an account is about: what was typed, whether there is such an account or not."""
    return f"{email}\n{shared_as}".casefold()


class Attempt:
    """A try that was counted as a failure.

    Left with a refusal of a password or code it stays one, whatever becomes of the request. Left otherwise it was
    none: `succeeded` says so in the transaction of the success, and else a transaction of its own does.
    """

    def __init__(self, unit_of_work: Callable[[], UnitOfWork], lanes: Sequence[bytes]) -> None:
        self._unit_of_work = unit_of_work
        self._lanes = lanes

    async def succeeded(self, uow: UnitOfWork) -> None:
        """It was no failure: the lanes are open."""
        lanes, self._lanes = self._lanes, ()
        for name in lanes:
            await Tries(uow.session).take_back(name)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lanes and not isinstance(error, _FAILURES):
            async with self._unit_of_work() as uow:
                await self.succeeded(uow)


class Counting:
    """Counts tries in transactions that end before anything is looked at."""

    def __init__(self, unit_of_work: Callable[[], UnitOfWork], keyring: Keyring) -> None:
        self._unit_of_work = unit_of_work
        self._keyring = keyring

    async def begin(self, uow: UnitOfWork, lanes: dict[Lane, str], guess: str, now: datetime) -> Attempt:
        """Counts a try of `guess` in these lanes, each with whom or what it is about; commit before it is looked at.

        TooManyTries where one of them is not open.
        """
        counted: list[bytes] = []
        # In one order everywhere, so that two tries never wait for each other.
        for name, lane in sorted((self._keyring.lane(lane, about), lane) for lane, about in lanes.items()):
            # One source may try one password on many accounts: there every try is one of its own.
            what = secrets.token_bytes(16) if lane is Lane.SOURCE else self._keyring.lane("guess", guess)
            verdict = await Tries(uow.session).count(name, what, PATIENCE[lane], now)
            if verdict.wait is not None:
                raise TooManyTries(verdict.wait)
            if verdict.counted:
                counted.append(name)
        return Attempt(self._unit_of_work, counted)

    @asynccontextmanager
    async def counted(self, lanes: dict[Lane, str], guess: str, now: datetime) -> AsyncIterator[Attempt]:
        """The same in a transaction of its own, around whatever looks at the guess."""
        async with self._unit_of_work() as uow:
            attempt = await self.begin(uow, lanes, guess, now)
        async with attempt:
            yield attempt

    async def open_lane(self, uow: UnitOfWork, email: str, shared_as: str, now: datetime) -> None:
        """Begins an account's lane anew, for who has shown that its mailbox is theirs."""
        await Tries(uow.session).forget(self._keyring.lane(Lane.ACCOUNT, account_lane(email, shared_as)), now)

    async def may_mail(self, uow: UnitOfWork, kind: MailKind, email: str, shared_as: str, now: datetime) -> bool:
        """Whether somebody may cause another mail of this kind to this account; counted with what it causes.

        By kind and account, known or not: no stranger's asking keeps another mail from its owner.
        """
        lane = self._keyring.lane(Lane.MAIL, f"{kind}\n{email}\n{shared_as}".casefold())
        verdict = await Tries(uow.session).count(lane, secrets.token_bytes(16), PATIENCE[Lane.MAIL], now)
        return verdict.wait is None
