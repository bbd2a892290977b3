"""Where a request comes from."""

import pytest
from gateway.domain.sources import UNKNOWN, source_of


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        ("203.0.113.7", None, 0, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),
        ("10.0.0.2", "198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1, 10.0.0.9", 2, "198.51.100.1"),
        ("10.0.0.2", None, 1, "10.0.0.2"),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", None, 0, "203.0.113.7"),
        ("10.0.0.2", "not an address", 1, UNKNOWN),
        (None, None, 0, UNKNOWN),
    ],
)
def test_a_source_is_what_the_last_trusted_hop_saw(
    peer: str | None, forwarded: str | None, proxies: int, expected: str
) -> None:
    assert source_of(peer, forwarded, proxies) == expected


def test_a_client_cannot_choose_its_own_source() -> None:
    seen = {source_of("10.0.0.2", f"192.0.2.{n}, 198.51.100.1", 1) for n in range(20)}
    assert seen == {"198.51.100.1"}
