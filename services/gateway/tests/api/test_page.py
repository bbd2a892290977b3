"""What a browser finds at the address that the README announces."""

from services.gateway.tests.conftest import Door


async def test_the_address_alone_answers_a_browser_with_a_page(door: Door) -> None:
    answer = await door.ask("GET", "/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>Welcome</h1>" in answer.text
    assert [(await door.ask(method, "/")).status_code for method in ("HEAD", "POST", "DELETE")] == [404] * 3
    assert not door.upstream.seen
