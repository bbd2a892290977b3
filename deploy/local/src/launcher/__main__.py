"""`./ourwatch`: reads the command line and runs one command."""

import argparse
import sys

from shared.servers.errors import ServerUnavailable

from launcher.commands import (
    administrator,
    audit,
    backup,
    bench,
    demo,
    down,
    fsck,
    logs,
    mail,
    restore,
    scale,
    soak,
    status,
    test,
    totp,
    up,
)
from launcher.errors import NotPossible

_RUNNING = (up, demo, administrator, down, status, logs, scale, mail, totp)
_KEEPING = (audit, backup, restore, fsck)
_TRYING = (test, bench, soak)


def main(arguments: list[str]) -> int:
    """The exit code of the command; a reason to stop is one line on standard error."""
    parser = argparse.ArgumentParser(prog="./ourwatch", description="Runs OurWatch on this machine.")
    commands = parser.add_subparsers(metavar="command", required=True)
    for command in (*_RUNNING, *_KEEPING, *_TRYING):
        command.add_to(commands)
    options, rest = parser.parse_known_args(arguments)
    if rest and options.run is not test.run:
        parser.error(f"unrecognised: {' '.join(rest)}")
    options.rest = rest
    try:
        code: int = options.run(options)
    except (NotPossible, ServerUnavailable) as reason:
        print(f"ourwatch: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
