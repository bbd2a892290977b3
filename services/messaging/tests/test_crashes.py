"""Nothing is lost and nothing goes twice uncounted, whatever is killed or refused (P28)."""

import asyncio

from messaging.domain.sends import SUB_BATCH
from messaging.use_cases.announce_due_chunks import announce_due_chunks
from shared.bus.outcomes import Done, Retry
from shared.testing.service import Ground
from sqlalchemy import text

from services.messaging.tests.conftest import Group, an_address
from services.messaging.tests.kill_cases.cut_off import cut_off
from services.messaging.tests.kill_cases.keeper import Keeper, serving
from services.messaging.tests.relays import Refusing, an_smtp_server, with_relay


async def a_minute_passes(group: Group) -> None:
    """What waits is due now."""
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE deliveries SET due_at = now() - interval '1 second' WHERE state = 'queued'"
                " AND send_id IN (SELECT id FROM sends WHERE group_id = :id)"
            ),
            {"id": group.id},
        )


async def test_a_chunk_delivered_twice_is_sent_once(group: Group) -> None:
    await group.add()
    await group.write()
    (body,) = await group.bus.chunks(group.id)
    assert [await group.bus.sending().handle(body) for _ in range(2)] == [Done(), Done()]
    assert [len(group.mails(person.email)) for person in (group.chair, *group.people)] == [1, 1, 1]


async def test_a_chunk_that_five_workers_have_at_once_is_sent_once(group: Group) -> None:
    people = [group.chair, *[await group.add() for _ in range(60)]]
    message_id = await group.write()
    (body,) = await group.bus.chunks(group.id)
    await asyncio.gather(*(group.bus.sending().handle(body) for _ in range(5)))
    await group.bus.send(group.id)
    assert await group.figures(message_id) == {
        "queued": 0,
        "sent": 61,
        "withheld": 0,
        "failed": 0,
        "repeated": 0,
        "withheld_by_pause": 0,
    }
    assert [len(group.mails(person.email)) for person in people] == [1] * 61


async def test_a_worker_that_dies_after_the_relay_took_a_mail_repeats_it_and_says_so(group: Group) -> None:
    message_id = await group.write()
    (body,) = await group.bus.chunks(group.id)
    keeper = Refusing(lambda _: "250 ok")
    keeper.hold = asyncio.Event()
    async with an_smtp_server(keeper) as url:
        dying = asyncio.create_task(group.bus.sending(with_relay(group.bus.resources, url)).handle(body))
        await keeper.held.wait()
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        keeper.hold.set()
    assert (await group.figures(message_id))["queued"] == 1
    # What the dead worker held is free: the next one goes on at once.
    assert await group.bus.sending().handle(body) == Done()
    (mail,) = group.mails(group.chair.email)
    assert f"Message-ID: {mail['Message-ID']}".encode() in keeper.taken[0][1]
    assert await group.figures(message_id) == {
        "queued": 0,
        "sent": 1,
        "withheld": 0,
        "failed": 0,
        "repeated": 1,
        "withheld_by_pause": 0,
    }


async def test_what_a_worker_that_was_cut_off_still_sends_is_counted(group: Group, ground: Ground) -> None:
    people = [group.chair, *[await group.add() for _ in range(39)]]
    message_id = await group.write()
    (body,) = await group.bus.chunks(group.id)
    keeper = Keeper()
    async with serving(keeper) as url:
        cut = asyncio.create_task(group.bus.sending(with_relay(group.bus.resources, url)).handle(body))
        await keeper.stand_still_after(3)
        assert await cut_off(ground)
        # Another goes on at once, while the first is in the middle of its mails and knows nothing.
        assert await group.bus.sending().handle(body) == Done()
        keeper.go_on()
        assert isinstance(await cut, Retry)
    found = {person.email: [str(mail["Message-ID"]) for mail in group.mails(person.email)] for person in people}
    assert {len(ids) for ids in found.values()} == {1}
    assert keeper.taken == SUB_BATCH
    assert all([f"<{ids[0]}>"] == found[to] for to, ids in keeper.copies.items())
    figures = await group.figures(message_id)
    assert (figures["sent"], figures["queued"], figures["repeated"]) == (40, 0, SUB_BATCH)


async def again(group: Group) -> None:
    """The worker's own look at what nobody came back to, and what follows from it."""
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(
            text("UPDATE chunks SET due_at = now() WHERE send_id IN (SELECT id FROM sends WHERE group_id = :id)"),
            {"id": group.id},
        )
    while await announce_due_chunks(group.bus.resources.unit_of_work()):
        pass
    await group.bus.send(group.id)


async def test_a_mail_that_is_refused_for_good_is_failed_and_the_others_go(group: Group) -> None:
    bad = await group.add()
    message_id = await group.write()
    keeper = Refusing(lambda address: "550 no such mailbox" if address == bad.email else "250 ok")
    (body,) = await group.bus.chunks(group.id)
    async with an_smtp_server(keeper) as url:
        assert await group.bus.sending(with_relay(group.bus.resources, url)).handle(body) == Done()
    assert [to for to, _ in keeper.taken] == [group.chair.email]
    assert await group.figures(message_id) == {
        "queued": 0,
        "sent": 1,
        "withheld": 0,
        "failed": 1,
        "repeated": 0,
        "withheld_by_pause": 0,
    }
    assert set(await group.reasons()) == {None, "smtp_550"}


async def test_a_mail_that_is_refused_for_now_goes_later(group: Group) -> None:
    slow = await group.add()
    message_id = await group.write()
    refused = {slow.email}
    keeper = Refusing(lambda address: "451 later" if address in refused else "250 ok")
    (body,) = await group.bus.chunks(group.id)
    async with an_smtp_server(keeper) as url:
        consumer = group.bus.sending(with_relay(group.bus.resources, url))
        assert isinstance(await consumer.handle(body), Retry)
        assert (await group.figures(message_id))["queued"] == 1
        refused.clear()
        await a_minute_passes(group)
        assert await consumer.handle(body) == Done()
    assert {to for to, _ in keeper.taken} == {group.chair.email, slow.email}
    assert len(keeper.taken) == 2
    assert await group.figures(message_id) == {
        "queued": 0,
        "sent": 2,
        "withheld": 0,
        "failed": 0,
        "repeated": 0,
        "withheld_by_pause": 0,
    }


async def test_nothing_is_lost_while_the_relay_is_away(group: Group) -> None:
    message_id = await group.write()
    (body,) = await group.bus.chunks(group.id)
    away = group.bus.sending(with_relay(group.bus.resources, "smtp://127.0.0.1:9"))
    assert isinstance(await away.handle(body), Retry)
    assert (await group.figures(message_id))["queued"] == 1
    await group.bus.send(group.id)
    assert len(group.mails(group.chair.email)) == 1


async def four_days_pass(group: Group) -> None:
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(
            text("UPDATE sends SET accepted_at = now() - interval '4 days' WHERE group_id = :id"), {"id": group.id}
        )


async def test_a_relay_that_is_away_for_three_days_fails_what_it_held_up(group: Group) -> None:
    message_id = await group.write()
    await four_days_pass(group)
    (body,) = await group.bus.chunks(group.id)
    away = group.bus.sending(with_relay(group.bus.resources, "smtp://127.0.0.1:9"))
    assert await away.handle(body) == Done()
    assert (await group.figures(message_id))["failed"] == 1
    assert await group.reasons() == ["relay_away"]


async def test_a_mail_that_is_refused_for_three_days_is_reported_as_failed(group: Group) -> None:
    message_id = await group.write()
    await four_days_pass(group)
    keeper = Refusing(lambda _: "451 later")
    (body,) = await group.bus.chunks(group.id)
    async with an_smtp_server(keeper) as url:
        assert await group.bus.sending(with_relay(group.bus.resources, url)).handle(body) == Done()
    assert (await group.figures(message_id))["failed"] == 1


async def test_a_chunk_that_the_broker_forgot_is_announced_again(group: Group) -> None:
    await group.write()
    async with group.bus.resources.engine.begin() as connection:
        await connection.execute(text("DELETE FROM outbox"))
    assert await group.bus.chunks(group.id) == []
    await again(group)
    assert len(group.mails(group.chair.email)) == 1


async def test_an_account_that_moves_between_two_sub_batches_is_written_to_once(group: Group) -> None:
    shared_box = an_address()
    await group.add(shared_box)
    await group.write()
    await group.add(shared_box)
    await group.bus.send(group.id)
    assert len(group.mails(shared_box)) == 1
