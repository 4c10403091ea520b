"""Type in: a draft begins with all that was delivered last, one record at a time is found, added, changed, ended; the whole is
checked and sent as a file is. Reads the kommune's newest delivery and its drafts.
"""

from subprocess import SubprocessError

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.portal.draft_rows import Row, faulty_of, page_of, remove_row, row_of, rows_with, save_row
from hjalp_pipeline.portal.draft_sending import encoding_to, one_at_a_time, records_before, to_upload
from hjalp_pipeline.portal.draft_shown import SHOWN, first_of, layout_of, listing, place_of, record_form
from hjalp_pipeline.portal.drafts import begin_draft, draft_of, drafts_of, end_draft, hold
from hjalp_pipeline.portal.kommune_standing import periods_shown
from hjalp_pipeline.portal.typed_records import (
    AGAIN,
    FORMATS,
    as_typed,
    changed_in,
    faults_of,
    hidden_in,
    strange_to,
    with_own_kommune,
)
from hjalp_pipeline.portal.upload_door import chosen_sender, sender_choices
from hjalp_pipeline.portal.visit import Door, Visit
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
    with one_at_a_time(visit):
        draft = begin_draft(visit, chosen, *records_before(visit, chosen["system"]))
    return visit.go(f"tast/{draft}", "Kladden er begyndt.")


def draft(visit: Visit) -> Response:
    """A draft's records, page by page."""
    one = draft_of(visit, visit.part("draft"))
    return listing(visit, one, *page_of(visit, one, first_of(visit), SHOWN), searched=False)


def search(visit: Visit) -> Response:
    """The records that hold some words; what is searched for stands in no address."""
    one, words = draft_of(visit, visit.part("draft")), visit.wanted("soeg", 100)
    return listing(visit, one, *rows_with(visit, one, words, SHOWN), searched=True)


def record(visit: Visit) -> Response:
    """The form of one record."""
    one, place = draft_of(visit, visit.part("draft")), place_of(visit)
    row = row_of(visit, one, place) if place else Row(0, {}, "")
    bad = place in faulty_of(visit, one)
    return record_form(visit, one, row, faults_of(layout_of(visit, one), visit.komnr, row.record) if bad else [])


def save(visit: Visit) -> Response:
    """Write a record down, end it on a day, or remove it."""
    one, place = draft_of(visit, visit.part("draft")), place_of(visit)
    hold(visit, one)
    layout, goal = layout_of(visit, one), visit.form.get("goer", "gem")
    before = row_of(visit, one, place) if place else Row(0, {}, "")
    if goal == "fjern" and place:
        remove_row(visit, one, place, visit.form.get("version", ""))
        return visit.go(f"tast/{one.id}", "Posten er fjernet.")
    given = {name: visit.wanted(name) for name in layout.names if name in visit.form}
    given = changed_in(layout, before.record, given)
    made = with_own_kommune(layout, visit.komnr, {**before.record, **given})
    strange = strange_to(encoding_to(visit, one), layout, made) if one.values["format"] == "csv" else []
    hidden = [(layout.by_name[name].label, AGAIN) for name in hidden_in(given)]
    faults = [*hidden, *faults_of(layout, visit.komnr, made), *strange]
    if faults:
        old = Row(before.place, before.record, visit.form.get("version", ""))
        return record_form(visit, one, old, faults, as_typed(layout, before.record, given))
    save_row(visit, one, place, made, visit.form.get("version", ""))
    return visit.go(f"tast/{one.id}", "Posten er gemt.")


def settle(visit: Visit) -> Response:
    """Check and send the whole draft, take it over, or throw it away."""
    one, goal = draft_of(visit, visit.part("draft")), visit.form.get("goer", "")
    hold(visit, one)
    if goal == "send":
        try:
            upload = to_upload(visit, one)
        except SubprocessError as fault:
            raise HTTPException(503, "Kladden kan ikke laves til en fil lige nu. Den er her stadig.") from fault
        return visit.go(f"send/{upload}", "Kladden er lavet til en fil, der kontrolleres nu. Kladden er her stadig.")
    if goal == "slet":
        end_draft(visit, one, "kladde slettet")
        return visit.go("tast", "Kladden er slettet.")
    if goal != "overtag":
        raise HTTPException(400, "Vælg, hvad der skal ske med kladden.")
    return visit.go(f"tast/{one.id}", "I arbejder nu i kladden.")


DOORS = (
    Door("tast", SENDS, drafts, begin),
    Door("tast/{draft}", SENDS, draft, settle),
    Door("tast/{draft}/soeg", SENDS, None, search),
    Door("tast/{draft}/post/{place}", SENDS, record, save),
)
