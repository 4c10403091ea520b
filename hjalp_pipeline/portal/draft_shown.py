"""How a draft and one of its records are shown: a page of rows, and a form; person numbers are masked."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Field, Layout
from hjalp_pipeline.portal.draft_rows import Record, Row, faulty_of
from hjalp_pipeline.portal.drafts import Draft
from hjalp_pipeline.portal.typed_records import ends, input_fields, masked
from hjalp_pipeline.portal.visit import Visit

#: Records on a page.
SHOWN = 50


def layout_of(visit: Visit, draft: Draft) -> Layout:
    """The layout of the draft's period."""
    return visit.statistic.layouts.of(draft.values["period"])


def first_of(visit: Visit) -> int:
    """From which record on a page of a draft is shown."""
    text = visit.request.query_params.get("fra", "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def listing(visit: Visit, draft: Draft, found: list[Row], count: int, *, searched: bool) -> Response:
    """A page of records out of so many. ``searched``: those that hold some words."""
    layout = layout_of(visit, draft)
    return visit.page(
        "type_in_draft",
        draft=draft,
        layout=layout,
        rows=[(row, masked(row.record, layout)) for row in found],
        columns=[field for field in layout.fields if _is_column(field, layout)][:6],
        count=count,
        faulty=[] if searched else faulty_of(visit, draft),
        first=first_of(visit),
        shown=SHOWN,
        words=searched,
        ends=ends(layout),
    )


def _is_column(field: Field, layout: Layout) -> bool:
    """What every record has, and the day it ends; not the kommune that types, which is the same in all."""
    return (field.required and field.form is not Form.EGEN_KOMMUNE) or field.name == ends(layout)


def place_of(visit: Visit) -> int | None:
    """Which record an address means, None for a new one."""
    text = visit.part("place")
    if text == "ny":
        return None
    if not text.isdecimal() or len(text) > 9:
        raise HTTPException(404, "Siden findes ikke.")
    return int(text)


def record_form(
    visit: Visit, one: Draft, row: Row, faults: list[tuple[str, str]], typed: Record | None = None
) -> Response:
    """The form of a record, with what is wrong with it. ``typed``: what its fields hold instead of what is saved, when it was not
    saved for that (422).
    """
    layout = layout_of(visit, one)
    shown = masked(row.record, layout)
    return visit.page(
        "type_in_record",
        status=200 if typed is None else 422,
        draft=one,
        row=row,
        values={**shown, layout.person: ""} if typed is None else typed,
        person=shown[layout.person] if row.place else "",
        person_field=layout.person,
        fields=input_fields(visit.statistic, layout, visit.today),
        faults=faults,
        heading="Posten har fejl" if typed is None else "Posten er ikke gemt",
        action=visit.request.url.path,
    )
