"""Makes roles and databases that keep out of one another (law 4)."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from shared.servers.errors import ServerUnavailable
from shared.servers.postgres_binaries import binaries
from shared.servers.run_tool import run_tool

# Roles and rights on databases belong to the whole server: of two that change one at once, one fails ("tuple
# concurrently updated"). So they wait for one another; the lock ends with psql's session.
_ONE_AT_A_TIME = "SELECT pg_advisory_lock(7305591) \\g /dev/null\n"
_BACKUP_SECONDS = 6 * 3600.0
_HEX_VALUE = re.compile(rb"\\x((?:[0-9a-f]{2})+)")


class PostgresAdmin:
    """The superuser of one server, through psql and pg_dump. Every call may be repeated, and made by many at once."""

    def __init__(self, host: str, port: int, user: str, password: str) -> None:
        self.access = {"host": host, "port": port, "user": user, "password": password}
        self._environment = {
            "PATH": os.defpath,
            "PGHOST": host,
            "PGPORT": str(port),
            "PGUSER": user,
            "PGPASSWORD": password,
            "PGCONNECT_TIMEOUT": "5",
            "PGCLIENTENCODING": "UTF8",
        }

    def answers(self) -> bool:
        """Whether the server lets us in."""
        try:
            self.run("SELECT 1")
        except ServerUnavailable:
            return False
        return True

    def run(self, statements: str, *, database: str = "postgres") -> str:
        """Runs SQL as the superuser, stopping at the first error; what it printed, a row a line."""
        return run_tool(
            "PostgreSQL",
            [binaries() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"],
            environment=self._environment,
            text=statements,
        ).decode()

    def ensure_role(self, name: str, password: str) -> None:
        """A role that can sign in with `password` and owns no special right."""
        self.run(
            f"{_ONE_AT_A_TIME}SELECT format('CREATE ROLE %I', {_text(name)})"  # noqa: S608 -- quoted
            f" WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {_text(name)}) \\gexec\n"
            f"ALTER ROLE {_name(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
            f" PASSWORD {_text(password)};"
        )

    def ensure_database(self, name: str, *, owner: str, users: Iterable[str] = ()) -> None:
        """A database that only `owner` and `users` can connect to, and in which only `owner` makes tables.

        What `users` may do with a table is granted by the migration that makes it.
        """
        self.run(
            f"{_ONE_AT_A_TIME}SELECT format('CREATE DATABASE %I OWNER %I', {_text(name)}, {_text(owner)})"  # noqa: S608
            f" WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {_text(name)}) \\gexec\n"
            f"REVOKE ALL ON DATABASE {_name(name)}, postgres, template1 FROM PUBLIC;"
        )
        self.run(
            f"{_ONE_AT_A_TIME}ALTER SCHEMA public OWNER TO {_name(owner)};\nREVOKE ALL ON SCHEMA public FROM PUBLIC;",
            database=name,
        )
        for user in users:
            self.run(f"{_ONE_AT_A_TIME}GRANT CONNECT ON DATABASE {_name(name)} TO {_name(user)};")
            self.run(f"{_ONE_AT_A_TIME}GRANT USAGE ON SCHEMA public TO {_name(user)};", database=name)

    def dump(self, database: str) -> bytes:
        """Everything in `database` as text, and after it every binary value as its plain bytes."""
        text = run_tool(
            "pg_dump", [binaries() / "pg_dump", "--column-inserts", "-d", database], environment=self._environment
        )
        return text + b"\n".join(bytes.fromhex(value.decode()) for value in _HEX_VALUE.findall(text))

    def back_up(self, database: str, file: Path) -> None:
        """Everything in `database` as of one moment, in PostgreSQL's own archive format."""
        command: list[str | Path] = [binaries() / "pg_dump", "--format=custom", "--file", file, "-d", database]
        run_tool("pg_dump", command, environment=self._environment, seconds=_BACKUP_SECONDS)

    def bring_back(self, database: str, file: Path) -> None:
        """Fills an empty database from such an archive, whole or not at all. Owners and rights are the archive's."""
        command: list[str | Path] = [
            binaries() / "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "-d",
            database,
            file,
        ]
        run_tool("pg_restore", command, environment=self._environment, seconds=_BACKUP_SECONDS)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"
