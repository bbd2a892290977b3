"""The signing process: holds the organisations' marking keys, and signs what it has checked itself (P8)."""

from fastapi import FastAPI
from shared.auth.keyfiles import Trust
from shared.http.app import make_app

from groups.settings import SignSettings
from groups.sign.bootstrap import open_sign_resources
from groups.sign.routes import router


def create_sign_app(settings: SignSettings) -> FastAPI:
    """Called by groups' own api alone; reads who asks from the access token that the api forwards."""
    return make_app(
        "OurWatch groups sign",
        routers=[router],
        trust=Trust(settings.trust_folder),
        audience=None,
        resources=lambda: open_sign_resources(settings),
    )
