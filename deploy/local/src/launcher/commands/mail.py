"""Shows what arrived in the local mailbox."""

import argparse
from email.message import EmailMessage

from shared.servers.mailsink import Mailbox

from launcher.command_line import Commands
from launcher.errors import NotPossible
from launcher.state import State


def add_to(commands: Commands) -> None:
    parser = commands.add_parser("mail", help="show what arrived in the local mailbox")
    parser.add_argument("address", nargs="?", help="show the whole text of what this address got")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    messages = Mailbox(State.of_this_checkout().mail).messages(to=options.address)
    if not messages:
        raise NotPossible(f"no mail {'to ' + options.address + ' ' if options.address else ''}has arrived yet")
    for message in messages:
        if options.address:
            print(_whole(message))
        else:
            print(f"{message['Date']}  {message['From']} → {message['Delivered-To']}  {message['Subject']}")
    return 0


def _whole(message: EmailMessage) -> str:
    head = "\n".join(f"{name}: {message[name]}" for name in ("Date", "From", "To", "Subject") if message[name])
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    return f"{head}\n\n{text.replace(chr(13), '').rstrip()}\n{'─' * 72}"
