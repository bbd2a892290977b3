"""`python -m identity api | worker | migrate | make-keys | republish | create-administrator`."""

import argparse
import asyncio

from pydantic import TypeAdapter, ValidationError
from shared.clock import now
from shared.db.migrate import migrate
from shared.http.server import make_server
from shared.logging import configure
from shared.metrics import serve_metrics

from identity.api.fields import Email
from identity.app import create_app
from identity.bootstrap import SERVICE, open_resources
from identity.keyring import make_keys
from identity.settings import KeyFolders, Migration, Settings
from identity.storage.tables import RIGHTS
from identity.use_cases.create_administrator import create_administrator
from identity.use_cases.republish import republish
from identity.worker import run_worker


def main() -> None:
    parser = argparse.ArgumentParser(prog="identity")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("api", "worker", "migrate", "make-keys", "republish"):
        verbs.add_parser(verb)
    first = verbs.add_parser("create-administrator", help="prints a one-time link for the first administrator")
    first.add_argument("email", type=_address)
    first.add_argument("display_name")
    arguments = parser.parse_args()
    match arguments.verb:
        case "migrate":
            migrate(Migration().owner_database_url.get_secret_value(), SERVICE, RIGHTS)
        case "make-keys":
            folders = KeyFolders()
            make_keys(folders.key_folder, folders.trust_folder)
        case verb:
            asyncio.run(_run(verb, arguments, Settings()))


def _address(given: str) -> str:
    try:
        return TypeAdapter[str](Email).validate_python(given)
    except ValidationError as error:
        raise argparse.ArgumentTypeError("not an address that mail can be sent to") from error


async def _run(verb: str, arguments: argparse.Namespace, settings: Settings) -> None:
    configure(SERVICE, settings.log_level)
    match verb:
        case "republish":
            async with open_resources(settings) as resources:
                await republish(resources.unit_of_work(), resources.keyring)
        case "create-administrator":
            async with open_resources(settings) as resources:
                secret = await create_administrator(
                    resources.unit_of_work(), email=arguments.email, display_name=arguments.display_name, now=now()
                )
            print(f"{settings.public_url}/staff-invitations/accept?secret={secret}")
        case _:
            serve_metrics(settings.host, settings.metrics_port)
            if verb == "worker":
                await run_worker(settings)
            else:
                api = make_server(create_app(settings), settings.host, settings.port)
                await api.serve()


if __name__ == "__main__":
    main()
