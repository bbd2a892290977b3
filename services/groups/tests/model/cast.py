"""Who takes part: six people, one of them a coordinator too, and police of two areas."""

from services.groups.tests.model.words import Officer

HERE, ELSEWHERE = "E05009336", "E05009317"
BOTH = frozenset({HERE, ELSEWHERE})
PEOPLE = ("ann", "bob", "cat", "cora", "dan", "eve")
STAFF = {
    "police": Officer("police", "police", "met", frozenset({HERE}), frozenset({"police"})),
    "other police": Officer("other police", "police", "transport", BOTH, frozenset({"other police"})),
    # A member who has a coordinator's session as well (P1), and a coordinator who is a police officer too (P6).
    "cora": Officer("cora", "ourwatch", "watch", BOTH, frozenset({"cora"})),
    "dan": Officer("dan", "ourwatch", "watch of dan", BOTH, frozenset({"dan", "dan of the police"})),
    "dan of the police": Officer("dan of the police", "police", "city", BOTH, frozenset({"dan", "dan of the police"})),
}
# P3: who has a police account belongs to no group.
VIEWERS = (*PEOPLE, "police", "other police", "everybody")
RESIDENTS = tuple(person for person in PEOPLE if person != "dan")
