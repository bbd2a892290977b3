"""Documents' HTTP application."""

from fastapi import FastAPI
from shared.auth.keyfiles import Trust
from shared.http.app import make_app

from documents.api.router import ROUTERS
from documents.bootstrap import open_resources
from documents.settings import SERVICE, DocumentsSettings


def create_app(settings: DocumentsSettings) -> FastAPI:
    """The application; it answers what comes through the gateway."""
    return make_app(
        "OurWatch documents",
        routers=ROUTERS,
        trust=Trust(settings.trust_folder),
        audience=SERVICE,
        resources=lambda: open_resources(settings),
    )
