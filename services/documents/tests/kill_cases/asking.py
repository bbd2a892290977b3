"""Requests while what answers them is killed, counted by what became of them."""

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
from shared.ids import new_id
from shared.testing.eventually import eventually

from services.documents.tests.conftest import Actor
from services.documents.tests.kill_cases.remembered import Broken

BETWEEN_ATTEMPTS_SECONDS = 0.3
GOES_AWAY = 0.15
LOST = 0.2
"""Answers that do not reach whoever asked."""


class Asking:
    """Somebody's requests. An answer other than the one that is due is Broken, save those that promise nothing."""

    def __init__(self, actor: Actor, rng: random.Random, tally: Counter[str]) -> None:
        """`tally` counts those that were answered, refused because something was away, or not answered."""
        self.actor, self._rng, self._tally = actor, rng, tally

    async def once(self, method: str, path: str, *due: int, **asked: Any) -> httpx.Response | None:
        """The answer; None where there was none, or a refusal after which the effect is not known. Raises Broken."""
        try:
            answer = await self.actor.ask(method, path, **asked)
        except httpx.TransportError:
            self._tally["unanswered"] += 1
        else:
            if answer.status_code != 503:
                self._tally["answered"] += 1
                if answer.status_code not in due:
                    raise Broken(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
                return answer
            self._tally["refused"] += 1
        # What comes back up is not kept from it by those who wait for it.
        await asyncio.sleep(BETWEEN_ATTEMPTS_SECONDS)
        return None

    async def until_answered(self, method: str, path: str, *due: int, **asked: Any) -> httpx.Response | None:
        """The same request until it is answered. Now and then whoever asks goes away without an answer: None."""
        while (answer := await self.once(method, path, *due, **asked)) is None:
            if self._rng.random() < GOES_AWAY:
                return None
        return answer

    async def change(self, method: str, path: str, due: int, **asked: Any) -> httpx.Response | None:
        """The same with an idempotency key: however often it is repeated, it has one effect and that one answer."""
        headers = {"idempotency-key": str(new_id())}
        answer = await self.until_answered(method, path, due, headers=headers, **asked)
        if answer is not None and self._rng.random() < LOST:
            answer = await self.until_answered(method, path, due, headers=headers, **asked)
        return answer


async def asked(actor: Actor, method: str, path: str) -> httpx.Response:
    """The answer once all has come back; what is refused for being busy is asked again. AssertionError after 60 s."""

    async def answer() -> httpx.Response | None:
        given = await actor.ask(method, path)
        return None if given.status_code == 503 else given

    return await eventually(answer, within=60)
