"""How a message stands by ward, for those who sent it, and never so that one mailbox could be known (P5)."""

from xml.etree import ElementTree as ET

import pytest
from shared.auth.principal import Role
from shared.contracts.groups import AreaChanged
from shared.contracts.identity import PersonChanged
from shared.ids import new_id
from shared.testing.client import signed

from services.messaging.tests.conftest import Group, Person

BIG, SMALL, HOSTILE = "E05009401", "E05009402", 'Ward <script>alert("x")</script> & Co'


async def live_in(group: Group, person: Person, area: str) -> None:
    await group.bus.tell(PersonChanged(person_id=person.id, display_name="A", state="active", area=area, version=2))


@pytest.fixture
async def message_id(group: Group) -> str:
    """Sent to six in one ward, one of whom has left, to four in another, and to the chair, whose ward nobody knows."""
    await group.bus.tell(
        AreaChanged(code=BIG, name=HOSTILE, level="ward", parent=None, version=1),
        AreaChanged(code=SMALL, name="Small", level="ward", parent=None, version=1),
    )
    people = [await group.add() for _ in range(10)]
    for number, person in enumerate(people):
        await live_in(group, person, BIG if number < 6 else SMALL)
    sent = await group.write()
    await group.membership(people[0], "left", 2)
    await group.bus.send(group.id)
    return sent


async def test_officers_see_wards_and_no_ward_of_few(group: Group, message_id: str) -> None:
    answer = await group.ask("GET", f"/messages/{message_id}/report")
    assert answer.json() == {
        "wards": [
            {"code": BIG, "name": HOSTILE, "sent": 5, "queued": 0, "withheld": 1, "failed": 0},
            {"code": None, "name": None, "sent": 5, "queued": 0, "withheld": 0, "failed": 0},
        ]
    }


async def test_the_smallest_ward_goes_with_a_few_others_who_would_be_known_by_what_is_missing(group: Group) -> None:
    for number in range(11):
        await live_in(group, await group.add(), BIG if number < 6 else SMALL)
    report = f"/messages/{await group.write()}/report"
    wards = (await group.ask("GET", report)).json()["wards"]
    # The chair, whose ward nobody knows, is one alone.
    assert [(ward["code"], ward["queued"]) for ward in wards] == [(BIG, 6), (None, 6)]


async def test_of_few_in_all_nothing_is_told(group: Group) -> None:
    await live_in(group, await group.add(), SMALL)
    assert (await group.ask("GET", f"/messages/{await group.write()}/report")).json() == {"wards": []}


async def test_the_drawing_says_the_same_and_runs_nothing(group: Group, message_id: str) -> None:
    answer = await group.ask("GET", f"/messages/{message_id}/report.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["content-security-policy"]
    drawing = ET.fromstring(answer.text)
    told = [each.text for each in drawing.iter("{http://www.w3.org/2000/svg}title")]
    assert f"{HOSTILE}: 5 sent" in told
    assert f"{HOSTILE}: 1 withheld" in told
    assert "Small" not in answer.text
    assert not list(drawing.iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.parametrize("end", ["report", "report.svg"])
async def test_a_report_is_for_its_senders_alone(group: Group, message_id: str, end: str) -> None:
    member = group.headers(await group.add())
    assert (await group.ask("GET", f"/messages/{message_id}/{end}", member)).status_code == 403
    police, others = group.staff(), group.staff(Role.POLICE, new_id())
    alert_id = await group.alert(police)
    assert (await group.ask("GET", f"/messages/{alert_id}/{end}")).status_code == 404
    for staff, wanted, status in ((police, alert_id, 200), (others, alert_id, 404), (police, message_id, 404)):
        headers = signed(group.issuer, staff, "messaging")
        answer = await group.client.get(f"/staff/messages/{wanted}/{end}", headers=headers)
        assert answer.status_code == status
