"""Who may do what: the organisation's rows and the person's own roles, together; another kommune's is never there."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.portal.rights import Rights
from hjalp_pipeline.portal.sessions import Person
from hjalp_pipeline.storage.portal_lists import APPROVES, OFFICE, READS, ROLES, SENDS, Access
from hjalp_tests.portal.portal_world import access, cvr_of

DAY = date(2025, 4, 1)
EVERYBODY = Rights({"hjalp": lambda: access(KOMNR)})


def test_98_kommuner_see_their_own_alone() -> None:
    for komnr in KOMNR:
        person = Person("p", "P", cvr_of(komnr), frozenset(ROLES))
        assert EVERYBODY.of(person, "hjalp", DAY) == {komnr: frozenset({READS, SENDS, APPROVES})}
        assert not EVERYBODY.may(person, "hjalp", "", OFFICE, DAY)
        assert EVERYBODY.of(person, "hand", DAY) == {}


def test_a_person_has_no_more_than_both_say() -> None:
    def may(*roles: str) -> frozenset[str]:
        return EVERYBODY.of(Person("p", "P", cvr_of("540"), frozenset(roles)), "hjalp", DAY).get("540", frozenset())

    assert may() == {READS}
    assert may(READS) == {READS}
    assert may(SENDS) == {READS, SENDS}
    assert may(APPROVES) == {READS, APPROVES}
    assert may(OFFICE) == frozenset()


def test_a_vendor_sends_until_the_mandate_ends() -> None:
    rights = Rights({"hjalp": lambda: [Access("00000999", "540", SENDS, date(2025, 1, 1), date(2025, 4, 1))]})
    vendor = Person("v", "V", "00000999", frozenset({SENDS, APPROVES}))
    assert rights.of(vendor, "hjalp", DAY) == {"540": frozenset({READS, SENDS})}
    assert rights.of(vendor, "hjalp", date(2025, 4, 2)) == {}
    assert rights.of(vendor, "hjalp", date(2024, 12, 31)) == {}


def test_the_office_does_nothing_in_a_kommunes_place() -> None:
    office = Person("k", "K", cvr_of(""), frozenset({OFFICE}))
    assert EVERYBODY.may(office, "hjalp", "", OFFICE, DAY)
    assert not any(EVERYBODY.may(office, "hjalp", "540", role, DAY) for role in (READS, SENDS, APPROVES))


@given(
    st.lists(st.tuples(st.sampled_from(KOMNR[:4]), st.sampled_from(ROLES[:3])), max_size=6),
    st.sets(st.sampled_from(ROLES)),
)
def test_nothing_comes_of_nothing(rows: list[tuple[str, str]], roles: set[str]) -> None:
    """Whoever may do something for a kommune has a row for that kommune."""
    held = [Access("00000999", komnr, role, date(2020, 1, 1), None) for komnr, role in rows]
    found = Rights({"hjalp": lambda: held}).of(Person("p", "P", "00000999", frozenset(roles)), "hjalp", DAY)
    assert set(found) <= {komnr for komnr, _ in rows}
    for komnr, may in found.items():
        assert may - {READS} <= {role for number, role in rows if number == komnr} & roles
