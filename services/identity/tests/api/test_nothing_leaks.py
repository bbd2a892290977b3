"""What people type stands in no log, event, error or metric; an address in `contact_changed` alone."""

import json
import re
from typing import Any

import httpx
import pytest
from identity.app import create_app
from identity.settings import Settings
from identity.storage import tables
from prometheus_client import generate_latest
from shared.ids import new_id
from sqlalchemy import select

from services.identity.tests.conftest import LinkTo, People, Person, an_address

Planted = dict[str, str]
MUTATING = ("post", "put", "patch", "delete")


def planted_in(text: str, planted: Planted) -> list[str]:
    return [name for name, value in planted.items() if value in text]


def body_for(schema: dict[str, Any], schemas: dict[str, Any], marker: str) -> dict[str, Any]:
    """A body with the marker in every text field, as far as its format lets it stand there."""
    body: dict[str, Any] = {}
    for name, field in schema.get("properties", {}).items():
        while "$ref" in field:
            field = schemas[field["$ref"].rpartition("/")[2]]  # noqa: PLW2901 - looked up where it stands
        if field.get("format") == "email":
            body[name] = f"{marker}@example.org"
        elif field.get("type") == "array":
            body[name] = [marker]
        elif field.get("type") in {"integer", "boolean"}:
            body[name] = marker
        else:
            body[name] = f"{marker} in a field of {name}"
    return body


async def test_what_is_planted_in_every_field_of_every_route_comes_out_nowhere(
    client: httpx.AsyncClient,
    people: People,
    administrator: Person,
    settings: Settings,
    capfd: pytest.CaptureFixture[str],
) -> None:
    person, marker = await people.careful_resident(), f"planted{new_id().hex}"
    openapi = create_app(settings).openapi()
    errors: list[tuple[str, str, int, str]] = []
    for path, methods in openapi["paths"].items():
        for method in MUTATING:
            if method not in methods:
                continue
            content = methods[method].get("requestBody", {}).get("content", {})
            target = re.sub(r"\{\w+\}", marker, path)
            for who in (person, administrator):
                for kind, form in (("application/json", "json"), ("application/x-www-form-urlencoded", "data")):
                    if kind not in content:
                        continue
                    schema = content[kind]["schema"]
                    if "$ref" in schema:
                        schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
                    body = body_for(schema, openapi["components"]["schemas"], marker)
                    answer = await client.request(method, target, headers=who.headers, **{form: body})  # type: ignore[arg-type]  # one of the two
                    errors.append((method, path, answer.status_code, answer.text))
    assert len(errors) > 20
    logged = "".join(capfd.readouterr())
    assert marker not in logged
    assert marker not in generate_latest().decode()
    for method, path, status, text in errors:
        assert status < 500, (method, path)
        if status >= 400 and not text.startswith("<!"):
            assert marker not in text, (method, path, text)


async def test_the_secrets_of_a_life_stand_in_no_log_event_or_metric(
    client: httpx.AsyncClient,
    people: People,
    link_to: LinkTo,
    capfd: pytest.CaptureFixture[str],
) -> None:
    person = Person(an_address("planted"), f"planted {new_id().hex} password")
    registration = {"email": person.email, "password": person.password, "display_name": "Amina"}
    await client.post("/accounts", json=registration)
    link = await link_to(person.email)
    await client.post("/accounts/confirm", data={"secret": link, "password": person.password})
    await people.sign_in(person)
    person.seed = (await client.post("/me/authenticator", headers=person.headers)).json()["secret"]
    code = person.code()
    shown = await client.post("/me/authenticator/confirm", json={"code": code}, headers=person.headers)
    device = (await client.post("/sessions", json={
        "email": person.email, "password": person.password, "code": await people.fresh_code(person),
    })).json()  # fmt: skip
    moved, headers = an_address("planted-new"), person.is_now(shown.json()).headers
    await client.post("/me/email", json={"email": moved, "password": person.password}, headers=headers)
    await client.post("/password-resets", json={"email": person.email})
    reset = await link_to(person.email)
    await client.post("/sessions", json={"email": person.email, "password": f"wrong {person.password}"})
    planted = {
        "password": person.password,
        "seed": person.seed,
        "link": link,
        "reset link": reset,
        "access token": device["access_token"],
        "refresh token": device["refresh_token"],
        "device token": device["device_token"],
        "address": person.email,
        "new address": moved,
    }
    told = await people.rows(select(tables.metadata.tables["outbox"].c.envelope))
    for row in told:
        text = json.dumps(row.envelope)
        allowed = {"address"} if row.envelope["type"] == "identity.contact_changed.v1" else set()
        assert set(planted_in(text, planted)) <= allowed, row.envelope["type"]
    assert any(planted_in(json.dumps(row.envelope), planted) == ["address"] for row in told)
    assert planted_in("".join(capfd.readouterr()), planted) == []
    assert planted_in(generate_latest().decode(), planted) == []
