"""Messaging's HTTP application."""

from fastapi import FastAPI
from shared.auth.keyfiles import Trust
from shared.http.app import make_app

from messaging.api.router import ROUTERS
from messaging.bootstrap import open_resources
from messaging.settings import SERVICE, Settings


def create_app(settings: Settings) -> FastAPI:
    """The application; it answers what comes through the gateway."""
    return make_app(
        "OurWatch messaging",
        routers=ROUTERS,
        trust=Trust(settings.trust_folder),
        audience=SERVICE,
        resources=lambda: open_resources(settings),
    )
