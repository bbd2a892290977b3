"""Looks at members' contacts: added to and never changed."""

from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.contact_looks import ContactLook


class ContactLooks:
    """Who looked at whose contact."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def write(self, look: ContactLook) -> None:
        """Adds it, in the transaction that lets the officer see."""
        self._session.add(look)
