"""Every act of an administrator stands in their own ledger, and in that of whom it was done to without their name."""

from typing import Any
from uuid import UUID

import pytest
from identity.storage import tables
from shared.ids import new_id
from sqlalchemy import select

from services.identity.tests.conftest import POLICE_DOMAIN, People, Person, an_address, invite


async def lines_of(people: People, account_id: UUID) -> list[tuple[str, dict[str, str]]]:
    column = tables.ledger.c
    chosen = select(column.kind, column.details).where(column.account_id == account_id).order_by(column.id)
    return [(row.kind.value, row.details) for row in await people.rows(chosen)]


@pytest.fixture
async def by(people: People, administrator: Person, ourwatch: str) -> str:
    """Who acts, as others see it."""
    [(name,)] = await people.rows(
        select(tables.organisations.c.name).where(tables.organisations.c.id == UUID(ourwatch))
    )
    return f"{name}, administrator"


async def post(people: People, by: Person, method: str, path: str, body: object = None) -> Any:  # a JSON answer
    answer = await people.client.request(method, path, json=body, headers=by.headers)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


async def test_what_is_done_to_an_account_is_in_both_ledgers(
    people: People, administrator: Person, force: str, by: str
) -> None:
    person = Person(an_address("officer", POLICE_DOMAIN))
    await invite(people, administrator, person.email, force)
    await people.accept(person, await people.link_to(person.email))
    await post(people, administrator, "PUT", f"/staff/accounts/{person.id}/areas", {"areas": ["E05009317"]})
    for verb in ("suspend", "reinstate", "close"):
        await post(people, administrator, "POST", f"/staff/accounts/{person.id}/{verb}")
    kinds = ["invited", "areas_changed", "suspended", "reinstated", "closed"]
    mine = [
        kind for kind, details in await lines_of(people, administrator.id) if details.get("account") == str(person.id)
    ]
    assert mine == kinds
    done = await lines_of(people, person.id)
    assert [kind for kind, details in done if details.get("by") == by] == kinds
    assert not [details for _, details in done if str(administrator.id) in str(details)]
    assert ("areas_changed", {"by": by, "areas": "E05009317"}) in done


async def test_who_appointed_whom_is_found_by_the_appointment(
    people: People, administrator: Person, ourwatch: str, by: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    offers = tables.appointment_offers.c
    [(offer,)] = await people.rows(select(offers.id).where(offers.email == person.email))
    await post(people, administrator, "DELETE", f"/staff/appointments/{offer}")
    said = {"appointment": str(offer)}
    kinds = ["appointed", "appointment_ended"]
    assert [line for line in await lines_of(people, administrator.id) if line[1] == said] == [
        (kind, said) for kind in kinds
    ]
    assert [line for line in await lines_of(people, person.id) if line[0] in kinds] == [
        (kind, {"by": by, **said}) for kind in kinds
    ]


async def test_what_is_done_to_an_organisation_is_in_the_ledger_of_who_did_it(
    people: People, administrator: Person
) -> None:
    body = {"name": f"Kent Police {new_id().hex}", "authority": "police"}
    kent = (await post(people, administrator, "POST", "/staff/organisations", body))["id"]
    domains = {"email_domains": ["kent.police.example", "cid.example"]}
    await post(people, administrator, "PUT", f"/staff/organisations/{kent}/email-domains", domains)
    client = {"name": "Records", "scopes": ["alerts.send"], "areas": []}
    made = (await post(people, administrator, "POST", f"/staff/organisations/{kent}/clients", client))["id"]
    await post(people, administrator, "DELETE", f"/staff/organisations/{kent}/clients/{made}")
    mine = [line for line in await lines_of(people, administrator.id) if line[1].get("organisation") == kent]
    assert mine == [
        ("organisation_added", {"organisation": kent}),
        ("email_domains_changed", {"organisation": kent, "domains": "kent.police.example, cid.example"}),
        ("client_added", {"organisation": kent, "client": made}),
        ("client_revoked", {"organisation": kent, "client": made}),
    ]


async def test_whoever_is_made_at_the_command_line_finds_it_said(people: People, administrator: Person) -> None:
    assert (await lines_of(people, administrator.id))[0] == ("invited", {"by": "the command line"})
