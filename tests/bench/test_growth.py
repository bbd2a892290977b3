"""In a country that grows: as many statements as ever, and pages that miss nobody and name nobody twice."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import httpx
import pytest
from groups.app import create_app
from groups.settings import Settings
from pydantic import SecretStr
from shared.db.engine import make_engine
from shared.testing.client import service_client
from shared.testing.issuer import Issuer
from shared.testing.private_servers import Addresses
from shared.testing.service import Ground, prepare
from sqlalchemy import text

from tests.bench.country.asks import get_to_know
from tests.bench.country.settle import settle
from tests.bench.running_groups import environment_of, settings_of
from tests.bench.statements import statements_of

WARDS, MORE_WARDS = range(2), range(2, 12)  # of 25 groups each

MOST_STATEMENTS = 5

# Read from product.md (P7, P11), with nothing that the service uses.
LISTED = """
    SELECT id FROM groups WHERE visibility = 'visible' AND state = 'active' AND lower(name) ~ :like AND EXISTS (
        SELECT FROM marking_entries AS granted
        WHERE subject_id = groups.id AND entry = 'grant' AND expires_at > now() - interval '30 days' AND NOT EXISTS (
            SELECT FROM marking_entries WHERE marking_id = granted.marking_id AND entry = 'withdrawal'))
    ORDER BY id"""


@pytest.fixture(scope="module")
def apart(servers: Addresses, test_worker: str) -> Ground:
    """A database of its own, so that the people of the other tests are not among these."""
    return prepare(servers, "groups", f"{test_worker}_country", roles=("owner", "app", "sign"))


@pytest.fixture(scope="module")
def there(apart: Ground, issuer: Issuer) -> Settings:
    return settings_of(environment_of(apart, issuer))


@pytest.fixture(scope="module")
async def statements(there: Settings, apart: Ground, issuer: Issuer) -> Sequence[dict[str, list[int]]]:
    """What each kind of request costs, first in a small country and then in the same one grown."""
    counted = []
    for comers in (WARDS, MORE_WARDS):
        await settle(apart.owner_database_url, comers)
        country = await get_to_know(apart.owner_database_url, range(comers.stop))
        counted.append(await statements_of(there, issuer, country))
    return counted


@pytest.fixture(scope="module")
async def client(there: Settings, issuer: Issuer, statements: Sequence[object]) -> AsyncIterator[httpx.AsyncClient]:
    """Of the country that has grown."""
    async with service_client(create_app(there), issuer, "groups") as opened:
        yield opened


async def test_the_number_of_statements_stays_as_the_country_grows(
    statements: Sequence[dict[str, list[int]]],
) -> None:
    small, grown = statements
    assert small == grown
    # Fewer than a page has entries: none is read one by one.
    assert all(len(numbers) == 1 and numbers[0] <= MOST_STATEMENTS for numbers in small.values()), small


@pytest.mark.parametrize("word", ["watch", "ward pan", "b", "ba", "nobody"])
@pytest.mark.parametrize("limit", [3, 100])
async def test_pages_of_a_name_hold_each_group_once_however_common_it_is(
    client: httpx.AsyncClient, apart: Ground, word: str, limit: int
) -> None:
    like = ".*".join(rf"\m{part}" for part in word.split())
    engine = make_engine(SecretStr(apart.owner_database_url), "test")
    async with engine.connect() as connection:
        expected = list(await connection.scalars(text(LISTED), {"like": like}))
    await engine.dispose()
    pages: list[UUID] = []
    after = ""
    while page := (await client.get(f"/directory?name={word}&limit={limit}{after}")).json()["groups"]:
        pages += [UUID(each["id"]) for each in page]
        after = f"&after={page[-1]['id']}"
    assert pages == expected
    assert bool(expected) == (word != "nobody")
