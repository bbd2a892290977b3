"""Identity's HTTP application."""

from fastapi import FastAPI
from shared.auth.keyfiles import Trust
from shared.http.app import make_app

from identity.api.router import ROUTERS
from identity.bootstrap import open_resources
from identity.settings import SERVICE, Settings


def create_app(settings: Settings) -> FastAPI:
    """The application that `python -m identity api` serves."""
    return make_app(
        "OurWatch identity",
        routers=ROUTERS,
        trust=Trust(settings.trust_folder),
        audience=SERVICE,
        resources=lambda: open_resources(settings),
    )
