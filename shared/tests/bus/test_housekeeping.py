"""Old rows go, and those that still protect somebody stay."""

from shared.db.housekeeping import tidy
from sqlalchemy import text

from .conftest import Miniature


async def test_what_is_old_goes_and_what_still_guards_stays(miniature: Miniature) -> None:
    async with miniature.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO idempotency_keys (scope, fingerprint, created_at) VALUES"
                " ('old', 'x', now() - interval '25 hours'), ('young', 'x', now() - interval '23 hours')"
            )
        )
        await connection.execute(
            text(
                "INSERT INTO inbox (consumer, event_id, handled_at) VALUES"
                " ('a', gen_random_uuid(), now() - interval '31 days'), ('a', gen_random_uuid(), now())"
            )
        )
    assert await tidy(miniature.engine) == 2
    assert (await miniature.count("idempotency_keys"), await miniature.count("inbox")) == (1, 1)
