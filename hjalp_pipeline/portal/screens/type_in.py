"""Type in: a draft begins with all that was delivered last, one record at a time is found, added, changed, ended; the whole is
checked and sent as a file is. Reads the kommune's newest delivery and its drafts.
"""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.portal.checks import encoding_of
from hjalp_pipeline.portal.draft_sending import records_before, to_upload
from hjalp_pipeline.portal.draft_shown import layout_of, listing, place_of, record_form
from hjalp_pipeline.portal.drafts import (
    Row,
    begin_draft,
    draft_of,
    drafts_of,
    end_draft,
    hold,
    remove_row,
    row_of,
    rows_of,
    save_row,
)  # fmt: skip
from hjalp_pipeline.portal.kommune_standing import periods_shown
from hjalp_pipeline.portal.typed_records import FORMATS, faults_of, with_own_kommune
from hjalp_pipeline.portal.upload_door import chosen_sender, sender_choices
from hjalp_pipeline.portal.visit import Door, Visit
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.portal_lists import SENDS


def drafts(visit: Visit) -> Response:
    """The drafts, and a form for a new one."""
    periods = periods_shown(visit.root, visit.today)
    return visit.page(
        "type_in",
        drafts=drafts_of(visit),
        periods=[(str(period), period.in_words) for period in periods],
        senders=[one for one in sender_choices(visit, periods) if one[0].rpartition(".")[2] in FORMATS],
        action=f"{visit.base}/tast",
    )


def begin(visit: Visit) -> Response:
    """A new draft that holds the newest delivery of the system."""
    chosen = chosen_sender(visit, dict(visit.form))
    if chosen["format"] not in FORMATS:
        raise HTTPException(400, "Det format kan ikke tastes.")
    before, records, bad = records_before(visit, chosen["system"])
    draft = begin_draft(visit, chosen, before, iter(records))
    # No number: the sentence stands in the address.
    told = " Poster med fejl i den forrige leverance er ikke med: tast dem igen." if bad else ""
    return visit.go(f"tast/{draft}", f"Kladden er begyndt.{told}")


def draft(visit: Visit) -> Response:
    """A draft's records, page by page."""
    one = draft_of(visit, visit.part("draft"))
    return listing(visit, one, list(rows_of(visit, one)), "")


def search(visit: Visit) -> Response:
    """The records that hold some words; what is searched for stands in no address."""
    one, words = draft_of(visit, visit.part("draft")), visit.wanted("soeg", 100)
    wanted = words.lower().replace("-", "")
    found = [
        row for row in rows_of(visit, one)
        if any(wanted in value.lower().replace("-", "") for value in row.record.values())
    ]  # fmt: skip
    return listing(visit, one, found, "søgning")


def record(visit: Visit) -> Response:
    """The form of one record."""
    one, place = draft_of(visit, visit.part("draft")), place_of(visit)
    row = row_of(visit, one, place) if place else Row(0, {}, "")
    return record_form(visit, one, row, [])


def save(visit: Visit) -> Response:
    """Write a record down, end it on a day, or remove it."""
    one, place = draft_of(visit, visit.part("draft")), place_of(visit)
    hold(visit, one)
    layout, goal = layout_of(visit, one), visit.form.get("goer", "gem")
    before = row_of(visit, one, place) if place else Row(0, {}, "")
    if goal == "fjern" and place:
        remove_row(visit, one, place)
        return visit.go(f"tast/{one.id}", "Posten er fjernet.")
    given = {name: visit.wanted(name) for name in layout.names if name in visit.form}
    if before.place and not given.get(layout.person):
        given.pop(layout.person, None)  # the number that was saved stays: it is not shown again
    made = with_own_kommune(layout, visit.komnr, {**before.record, **given})
    faults = faults_of(layout, visit.komnr, made)
    if faults:
        return record_form(visit, one, Row(before.place, made, visit.form.get("version", "")), faults, 422)
    save_row(visit, one, place, made, visit.form.get("version", ""))
    return visit.go(f"tast/{one.id}", "Posten er gemt.")


def settle(visit: Visit) -> Response:
    """Check and send the whole draft, take it over, or throw it away."""
    one, goal = draft_of(visit, visit.part("draft")), visit.form.get("goer", "")
    hold(visit, one)
    if goal == "send":
        period, values = Period.parse(one.values["period"]), one.values
        encoding = encoding_of(read_systems(visit.root), visit.komnr, values["system"], values["format"], period)
        upload = to_upload(visit, one, encoding)
        return visit.go(f"send/{upload}", "Kladden er lavet til en fil, der kontrolleres nu. Kladden er her stadig.")
    if goal == "slet":
        end_draft(visit, one, "kladde slettet")
        return visit.go("tast", "Kladden er slettet.")
    return visit.go(f"tast/{one.id}", "I arbejder nu i kladden.")


DOORS = (
    Door("tast", SENDS, drafts, begin),
    Door("tast/{draft}", SENDS, draft, settle),
    Door("tast/{draft}/soeg", SENDS, None, search),
    Door("tast/{draft}/post/{place}", SENDS, record, save),
)
