"""Cookies and origins are read strictly: in one way or in none."""

import pytest
from gateway.domain.cookies import bars_staff, is_ours, our_cookies, plane_of
from gateway.domain.errors import NotCanonical
from gateway.domain.policy import FORBIDDEN, ROWS
from gateway.domain.same_origin import is_same_origin, origin_of
from shared.auth.principal import Plane

A, B = "a" * 43, "b" * 43
OURS = "https://ourwatch.example"


def test_both_planes_and_the_device_are_told_apart_among_others_cookies() -> None:
    header = f"theme=dark; __Host-ow-member={A};__Host-ow-staff={B} ; x; =y; __host-ow-device={A}"
    assert our_cookies(header) == {"__Host-ow-member": A, "__Host-ow-staff": B}
    assert our_cookies(None) == {}


@pytest.mark.parametrize("value", ["", A[1:], A + "a", f'"{A}"', A[1:] + "=", A[1:] + "é", "%61" * 43, A[1:] + "\t"])
def test_what_identity_never_handed_out_is_no_cookie(value: str) -> None:
    assert our_cookies(f"__Host-ow-member={value}") == {}


@pytest.mark.parametrize("second", [A, B, "", "x"])
def test_one_of_ours_twice_is_refused(second: str) -> None:
    with pytest.raises(NotCanonical):
        our_cookies(f"__Host-ow-member={A}; other=1; __Host-ow-member={second}")


def test_another_cookie_twice_is_nothing_to_us() -> None:
    assert our_cookies(f"x=1; x=2; __Host-ow-member={A}") == {"__Host-ow-member": A}


def test_over_eight_kibibytes_are_refused() -> None:
    assert our_cookies("x=" + "y" * 8190) == {}
    with pytest.raises(NotCanonical):
        our_cookies("x=" + "y" * 8191)


def test_every_staff_path_takes_the_staff_cookie_and_no_other() -> None:
    for row in ROWS:
        assert (plane_of(row) is Plane.STAFF) == row.path.startswith("/staff/"), row.id
    [provider] = [row for row in ROWS if row.id == "finish_provider_sign_in"]
    assert plane_of(provider) is Plane.MEMBER


def test_release_links_alone_are_barred_to_a_browser_of_staff() -> None:
    assert {row.id for row in ROWS if bars_staff(row, FORBIDDEN)} == {"show_release", "download_release"}


def test_sessions_open_where_the_table_says() -> None:
    assert {row.path for row in ROWS if row.opens_session} == {
        "/sessions", "/sessions/passkey", "/sessions/staff", "/sessions/staff/passkey", "/staff-sign-in/callback",
    }  # fmt: skip
    assert {row.service for row in ROWS if row.opens_session} == {"identity"}


@pytest.mark.parametrize(
    ("method", "fetch_site", "origin", "is_let_in"),
    [
        ("POST", "same-origin", OURS, True),
        ("GET", "same-origin", None, True),
        ("GET", "none", None, True),
        ("POST", "none", None, False),
        ("DELETE", "none", OURS, False),
        ("GET", "cross-site", None, False),
        ("POST", "cross-site", OURS, False),
        ("GET", "same-site", None, False),
        ("POST", "same-site", OURS, False),
        ("GET", "", None, False),
        ("GET", "Same-Origin", None, False),
        ("POST", None, OURS, True),
        ("POST", None, "https://evil.example", False),
        ("POST", None, "null", False),
        ("POST", None, OURS + ".evil.example", False),
        ("POST", None, OURS + ":8443", False),
        ("POST", None, "http://ourwatch.example", False),
        ("GET", None, "https://evil.example", False),
        ("GET", None, None, True),
        ("POST", None, None, False),
        ("PUT", None, None, False),
        ("DELETE", None, None, False),
    ],
)
def test_only_our_own_pages_use_a_cookie(
    method: str, fetch_site: str | None, origin: str | None, *, is_let_in: bool
) -> None:
    assert is_same_origin(method, fetch_site, origin, OURS) is is_let_in


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://OurWatch.example/", OURS),
        ("https://ourwatch.example:443", OURS),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:80/x", "http://[::1]"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_a_cookie_of_another_name_is_not_ours() -> None:
    assert is_ours(b"__Host-ow-member=x; Secure")
    assert not is_ours(b"session=__Host-ow-member=x")
    assert not is_ours(b"__Host-ow-members=x")
