"""Builds what the signing process needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from shared.db.engine import make_engine
from shared.health import database_answers
from sqlalchemy.ext.asyncio import AsyncEngine

from groups.settings import SignSettings
from groups.sign.sealing import KeySeal


@dataclass(frozen=True, slots=True)
class SignResources:
    """Its own database role and the seal of its keys; no broker."""

    engine: AsyncEngine
    seal: KeySeal

    async def ready(self) -> None:
        await database_answers(self.engine)


@asynccontextmanager
async def open_sign_resources(settings: SignSettings) -> AsyncIterator[SignResources]:
    engine = make_engine(settings.sign_database_url, "groups-sign", pool_size=5)
    try:
        yield SignResources(engine, KeySeal.from_folder(settings.sign_key_folder))
    finally:
        await engine.dispose()
