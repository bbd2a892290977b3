"""Tries that are counted by lane."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.guessing import TWINS_WITHIN, Patience
from identity.storage.tables import tries

_DAY = timedelta(days=1)

# Made once, since every sign-in asks them: building a statement costs as much as asking it.
_LANE = tries.c.lane == bindparam("name")
_FIRST = insert(tries).on_conflict_do_nothing().returning(tries.c.lane)
_FIRST_BACK = delete(tries).where(_LANE, tries.c.failures == 1).returning(tries.c.lane)
_ONE_BACK = update(tries).where(_LANE, tries.c.failures > 1).values(failures=tries.c.failures - 1, closed_until=None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a lane says to a try: whether it was counted, and how long to wait where the lane is not open."""

    counted: bool
    wait: timedelta | None = None


class Tries:
    """One row for each lane in which somebody tried within a day."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self, lane: bytes, guess: bytes, patience: Patience, now: datetime) -> Verdict:
        """Counts a try as a failure, under the lane's lock: of many at once each sees those before it.

        The same guess within seconds is the same try, asked again: it tells a guesser nothing new.
        """
        first: dict[str, object] = {"lane": lane, "failures": 1, "began_at": now, "guess": guess, "counted_at": now}
        first["closed_until"] = _closed_until(1, now, patience, now)
        if (await self._session.execute(_FIRST, first)).first() is not None:
            return Verdict(counted=True)
        locked = select(tries).where(tries.c.lane == lane).with_for_update()
        known = (await self._session.execute(locked)).one_or_none()
        if known is None:  # removed as old in between
            return await self.count(lane, guess, patience, now)
        if known.guess == guess and now - known.counted_at <= TWINS_WITHIN:
            return Verdict(counted=False)
        if known.closed_until is not None and known.closed_until > now:
            return Verdict(counted=False, wait=known.closed_until - now)
        is_old = known.began_at <= now - _DAY
        failures, began_at = (1, now) if is_old else (known.failures + 1, known.began_at)
        changed = {"failures": failures, "began_at": began_at, "guess": guess, "counted_at": now}
        closed_until = _closed_until(failures, began_at, patience, now)
        await self._session.execute(
            update(tries).where(tries.c.lane == lane).values(**changed, closed_until=closed_until)
        )
        return Verdict(counted=True)

    async def take_back(self, lane: bytes) -> None:
        """A try that was counted was no failure: the lane is open, and without a row once there is none to tell."""
        if (await self._session.execute(_FIRST_BACK, {"name": lane})).first() is None:
            await self._session.execute(_ONE_BACK, {"name": lane})

    async def forget(self, lane: bytes, now: datetime) -> None:
        """Begins the lane anew."""
        anew = {"failures": 0, "began_at": now, "closed_until": None}
        await self._session.execute(update(tries).where(tries.c.lane == lane).values(anew))

    async def remove_old(self, now: datetime, most: int) -> int:
        """Removes lanes that no longer matter; how many. Those in use are left for the next time."""
        old = select(tries.c.lane).where(tries.c.began_at <= now - _DAY).limit(most)
        gone = delete(tries).where(tries.c.lane.in_(old.with_for_update(skip_locked=True))).returning(tries.c.lane)
        return len((await self._session.execute(gone)).all())


def _closed_until(failures: int, began_at: datetime, patience: Patience, now: datetime) -> datetime | None:
    # None, not this moment: another who came a little earlier may be counted a little later.
    if failures >= patience.most:
        return began_at + _DAY
    wait = patience.wait_after(failures)
    return now + wait if wait else None
