"""`python -m gateway api | make-keys | access`."""

import argparse

import uvloop
from shared.auth.internal import key_name
from shared.auth.keyfiles import make_signing_key
from shared.http.server import make_server
from shared.running import observe

from gateway.access_page import access_page
from gateway.app import create_app
from gateway.bootstrap import SERVICES, open_resources
from gateway.settings import KeyFolders, Settings


def main() -> None:
    parser = argparse.ArgumentParser(prog="gateway")
    parser.add_argument("verb", choices=("api", "make-keys", "access"))
    match parser.parse_args().verb:
        case "make-keys":
            folders = KeyFolders()
            for service in SERVICES:
                make_signing_key(folders.key_folder, folders.trust_folder, key_name(service))
        case "access":
            print(access_page(), end="")
        case _:
            uvloop.run(_serve(Settings()))


async def _serve(settings: Settings) -> None:
    observe(settings, "gateway")
    async with open_resources(settings) as resources:
        await make_server(create_app(resources), settings.host, settings.port).serve()


if __name__ == "__main__":
    main()
