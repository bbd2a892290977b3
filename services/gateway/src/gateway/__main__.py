"""`python -m gateway api | make-keys | access`."""

import argparse

from shared.loading import loading

from gateway.settings import KeyFolders, Settings


# Each imports what it needs and no more: a step that ends in a second loads no web server.
def api() -> None:
    with loading():
        import uvloop
        from shared.http.server import make_server
        from shared.running import observe

        from gateway.app import create_app
        from gateway.bootstrap import open_resources

    async def serve(settings: Settings) -> None:
        observe(settings, "gateway")
        async with open_resources(settings) as resources:
            await make_server(create_app(resources), settings.host, settings.port).serve()

    uvloop.run(serve(Settings()))


def make_keys() -> None:
    from shared.auth.internal import key_name
    from shared.auth.keyfiles import make_signing_key

    from gateway.domain.rows import SERVICES

    folders = KeyFolders()
    for service in SERVICES:
        make_signing_key(folders.key_folder, folders.trust_folder, key_name(service))


def print_access() -> None:
    from gateway.access_page import access_page

    print(access_page(), end="")


VERBS = {"api": api, "make-keys": make_keys, "access": print_access}


def main() -> None:
    parser = argparse.ArgumentParser(prog="gateway")
    parser.add_argument("verb", choices=VERBS)
    VERBS[parser.parse_args().verb]()


if __name__ == "__main__":
    main()
