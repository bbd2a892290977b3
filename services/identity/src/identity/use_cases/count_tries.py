"""Tries are counted before they are looked at, so that a thousand at once are a thousand."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import CodeRefused, PasswordRefused, SignInRefused, TooManyTries
from identity.domain.guessing import PATIENCE, Lane
from identity.keyring import Keyring
from identity.storage.tries import Tries

_FAILURES = (SignInRefused, PasswordRefused, CodeRefused)


class Counting:
    """Counts tries in transactions of its own: a failure stays counted whatever becomes of the request."""

    def __init__(self, unit_of_work: Callable[[], UnitOfWork], keyring: Keyring) -> None:
        self._unit_of_work = unit_of_work
        self._keyring = keyring

    @asynccontextmanager
    async def counted(self, lanes: dict[Lane, str], guess: str, now: datetime) -> AsyncIterator[None]:
        """A try of `guess` in these lanes, each with whom or what it is about; TooManyTries where one is not open.

        Left with a refusal of a password or code it stays counted as a failure; left otherwise it was none.
        """
        counted: list[tuple[bytes, Lane]] = []
        async with self._unit_of_work() as uow:
            # In one order everywhere, so that two tries never wait for each other.
            for name, lane in sorted((self._keyring.lane(lane, about), lane) for lane, about in lanes.items()):
                verdict = await Tries(uow.session).count(name, self._keyring.lane("guess", guess), PATIENCE[lane], now)
                if verdict.wait is not None:
                    raise TooManyTries(verdict.wait)
                if verdict.counted:
                    counted.append((name, lane))
        failed = False
        try:
            yield
        except _FAILURES:
            failed = True
            raise
        finally:
            if counted and not failed:
                async with self._unit_of_work() as uow:
                    for name, lane in counted:
                        if lane is Lane.DEVICE:
                            await Tries(uow.session).forget(name)
                        else:
                            await Tries(uow.session).take_back(name, now)

    async def may_mail(self, email: str, now: datetime) -> bool:
        """Whether somebody may cause another mail to this address; counted at once."""
        async with self._unit_of_work() as uow:
            lane = self._keyring.lane(Lane.MAIL, email.casefold())
            verdict = await Tries(uow.session).count(lane, secrets.token_bytes(16), PATIENCE[Lane.MAIL], now)
            return verdict.wait is None
