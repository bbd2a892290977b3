"""One groups process over a settled country, and a client that asks it one thing after another."""

import asyncio
import http.client
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from groups.settings import Settings
from shared.testing.issuer import Issuer
from shared.testing.private_servers import Addresses
from shared.testing.service import Ground, prepare

from tests.bench.country.asks import Ask, Country, check, get_to_know
from tests.bench.country.settle import Tell, settle
from tests.bench.running import Gateway, one_api

TAG_KEY = "a key for this run alone"


class RunningGroups:
    """How it is asked, and how long each answer took."""

    def __init__(self, settings: Settings, issuer: Issuer, url: str, country: Country) -> None:
        self.settings, self.issuer, self.country = settings, issuer, country
        self._gateway = Gateway(issuer, "groups")
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)

    def ask(self, kind: str) -> float:
        """Asks for something of that kind; how many seconds the answer took, with its last byte."""
        ask = self.country.kinds[kind]()
        headers = self.headers(ask)
        body = json.dumps(ask.body) if ask.body else None
        began = time.perf_counter()
        self._connection.request(ask.method, ask.path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        took = time.perf_counter() - began
        check(ask, answer.status, content)
        return took

    def headers(self, ask: Ask) -> dict[str, str]:
        """Who asks, with the gateway's proof."""
        proof = self._gateway.headers(ask.method, ask.path) | {"content-type": "application/json"}
        return proof | ({"authorization": f"Bearer {self.issuer.access(ask.who)}"} if ask.who else {})


def environment_of(ground: Ground, issuer: Issuer) -> dict[str, str]:
    """The settings of groups by their names in the environment; nothing is marked with them."""
    return {
        **ground.environment,
        "GROUPS_TRUST_FOLDER": str(issuer.trust_folder),
        "GROUPS_KEY_FOLDER": str(issuer.key_folder),
        "GROUPS_EMAIL_TAG_KEY": TAG_KEY,
        "GROUPS_SIGN_URL": "http://127.0.0.1:9",
    }


def settings_of(environment: dict[str, str]) -> Settings:
    """The same settings as groups reads them."""
    return Settings.model_validate({name.removeprefix("GROUPS_").lower(): value for name, value in environment.items()})


@contextmanager
def one_country(servers: Addresses, name: str, wards: range, tell: Tell) -> Iterator[RunningGroups]:
    """`python -m groups api`, ready, over a database of that name in which these wards are settled."""
    with tempfile.TemporaryDirectory() as folder:
        issuer = Issuer(Path(folder))
        ground = prepare(servers, "groups", name, roles=("owner", "app", "sign"))
        asyncio.run(settle(ground.owner_database_url, wards, tell))
        environment = environment_of(ground, issuer)
        country = asyncio.run(get_to_know(ground.owner_database_url, wards))
        with one_api("groups", environment) as (url, _):
            yield RunningGroups(settings_of(environment), issuer, url, country)
