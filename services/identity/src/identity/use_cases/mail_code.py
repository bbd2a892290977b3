"""A member asks for a code by e-mail, to step up."""

from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import MailedCodesNotChosen
from identity.use_cases.own_account import own_session
from identity.use_cases.second_factor import mail_code_if_chosen


async def mail_code(uow: UnitOfWork, actor: Principal, *, now: datetime) -> None:
    """Mails one, unless one went out within the last minute; MailedCodesNotChosen where codes are not by e-mail."""
    async with uow:
        _, account = await own_session(uow, actor, now)
        if not await mail_code_if_chosen(uow, account, now):
            raise MailedCodesNotChosen
