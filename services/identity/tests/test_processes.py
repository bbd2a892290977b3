"""The processes as they are started in life: from the environment alone."""

import asyncio
import os
import re
import sys

import pytest
from identity.settings import Settings
from shared.servers.ports import free_port
from shared.testing.eventually import answering
from shared.testing.service import Ground

from services.identity.tests.conftest import People, Person, an_address


@pytest.fixture(scope="session")
def environment(ground: Ground, settings: Settings) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("IDENTITY_")},
        **ground.environment,
        "IDENTITY_OWNER_DATABASE_URL": ground.owner_database_url,
        "IDENTITY_TRUST_FOLDER": str(settings.trust_folder),
        "IDENTITY_KEY_FOLDER": str(settings.key_folder),
        "IDENTITY_EMAIL_TAG_KEY": settings.email_tag_key.get_secret_value(),
        "IDENTITY_SMTP_URL": settings.smtp_url,
        "IDENTITY_MAIL_FROM": settings.mail_from,
    }


async def test_each_process_says_that_it_is_ready_and_stops_when_told(environment: dict[str, str]) -> None:
    ports = {"api": free_port(), "worker": free_port()}
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "identity", verb, env=environment | {"IDENTITY_PORT": str(port)}
        )
        for verb, port in ports.items()
    ]
    try:
        for port in ports.values():
            await answering(f"http://127.0.0.1:{port}/health/ready")
    finally:
        for process in processes:
            process.terminate()
        codes = [await asyncio.wait_for(process.wait(), 30) for process in processes]
    assert set(codes) <= {0, -15}


async def test_the_first_administrator_is_made_at_the_command_line(environment: dict[str, str], people: People) -> None:
    person = Person(an_address("administrator"))
    arguments = ("-m", "identity", "create-administrator", person.email, "Ada Morgan")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=environment, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    link = re.fullmatch(r"http://ourwatch\.test/staff-invitations/accept\?secret=([\w-]+)\n", out.decode())
    assert process.returncode == 0
    assert link is not None
    await people.accept(person, link.group(1))
    me = await people.client.get("/staff/me", headers=person.headers)
    assert (me.json()["role"], me.json()["display_name"]) == ("administrator", "Ada Morgan")
