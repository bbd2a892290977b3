"""The HTTP application of the keys process. Documents' own api calls it over loopback, and nobody else."""

from fastapi import FastAPI
from shared.auth.keyfiles import Trust
from shared.http.app import make_app

from documents.keys.bootstrap import open_key_resources
from documents.keys.routes import router
from documents.keys.settings import KeysSettings


def create_keys_app(settings: KeysSettings) -> FastAPI:
    """The application. Each operation of a member verifies access token and group pass itself (P19)."""
    return make_app(
        "OurWatch documents keys",
        routers=(router,),
        trust=Trust(settings.trust_folder),
        audience=None,
        resources=lambda: open_key_resources(settings),
    )
