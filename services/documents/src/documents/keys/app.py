"""The HTTP application of the keys process. Documents' own api calls it over loopback, and nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI
from shared.auth.keyfiles import Trust
from shared.http.app import make_app
from shared.tasks import running

from documents.keys.bootstrap import KeyResources, open_key_resources
from documents.keys.rotation import keep_rotating
from documents.keys.routes import router
from documents.keys.settings import KeysSettings
from documents.storage.key_messages import DOCUMENTS, KEYS


def create_keys_app(settings: KeysSettings) -> FastAPI:
    """The application. It answers documents alone, and each operation of a member verifies both proofs itself (P19)."""
    return make_app(
        "OurWatch documents keys",
        routers=(router,),
        trust=Trust(settings.trust_folder),
        audience=KEYS,
        caller=DOCUMENTS,
        resources=lambda: _at_work(settings),
    )


@asynccontextmanager
async def _at_work(settings: KeysSettings) -> AsyncIterator[KeyResources]:
    async with (
        open_key_resources(settings) as resources,
        running(keep_rotating(resources, timedelta(days=settings.epoch_days))),
    ):
        yield resources
