"""Groups' HTTP application."""

from fastapi import FastAPI
from shared.auth.keyfiles import Trust
from shared.auth.passes import ISSUER
from shared.http.app import make_app

from groups.api.router import ROUTERS
from groups.bootstrap import open_resources
from groups.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    return make_app(
        "OurWatch groups",
        routers=ROUTERS,
        trust=Trust(settings.trust_folder),
        audience=ISSUER,
        resources=lambda: open_resources(settings),
    )
