"""What somebody outside wrote to a group is mailed to each of its officers, and then forgotten."""

from datetime import datetime

from shared.auth.sealing import Opener
from shared.contracts.groups import CONTACT_PURPOSE, ContactAsked, ContactWords
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.audience import Audience, Part, PartKind
from messaging.domain.sends import MOST_QUESTIONS_A_DAY, SendKind
from messaging.keyring import Keyring
from messaging.storage.questions import Question, Questions
from messaging.storage.sends import add_send, make_chunks


async def pass_on_question(
    uow: UnitOfWork, keyring: Keyring, opener: Opener, asked: ContactAsked, now: datetime
) -> None:
    """Queues one mail for each officer's mailbox; once per question, and for a group at most 20 in 24 hours.

    What is above that is dropped: nobody fills the officers' mailboxes through the form. Neither side is shown an
    address by this: the asker's own stands in Reply-To, an officer's nowhere (P24).
    """
    words = ContactWords.model_validate_json(opener.open(CONTACT_PURPOSE, asked.sealed_words))
    async with uow:
        questions = Questions(uow.session, keyring)
        if await questions.lately(asked.group_id, now) >= MOST_QUESTIONS_A_DAY:
            return
        send_id = asked.contact_id
        officers = [Part(PartKind.PERSON, ref=each, group_id=asked.group_id) for each in asked.officer_ids]
        is_new = await add_send(
            uow,
            send_id=send_id,
            kind=SendKind.QUESTION,
            group_id=asked.group_id,
            audience=Audience(officers),
            now=now,
        )
        if is_new and (await make_chunks(uow, send_id)).mailboxes:
            await questions.add(send_id, Question(words.name, words.reply_to, words.text))
