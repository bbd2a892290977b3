"""What lies in the store, whole or in parts."""

from xml.etree import ElementTree as ET

from shared.blobs.connection import expect
from shared.blobs.store import BlobStore


async def stored_keys(store: BlobStore) -> frozenset[str]:
    """The keys of all objects, and of all parts that wait to become one."""
    return frozenset([blob.key async for blob in store.list()]) | await waiting_keys(store)


async def waiting_keys(store: BlobStore) -> frozenset[str]:
    """The keys under which parts wait; of a thousand uploads at most."""
    async with store.parted._connection.call("GET", "", query={"uploads": ""}, small=True) as response:
        expect(response, 200)
        return frozenset(key.text or "" for key in ET.fromstring(await response.read()).iterfind("{*}Upload/{*}Key"))
