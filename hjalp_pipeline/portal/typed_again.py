"""What somebody has written is not lost: a form that cannot be taken now is given back, to be sent again.

So is a form of a session that has ended. It is not led to the login, which is another origin: a browser lets no form go there.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from hjalp_pipeline.dialogue.approval.cpr_like import IN_TEXT
from hjalp_pipeline.portal.rendering import render
from hjalp_pipeline.portal.typed_records import NUMBER

#: Fields that somebody writes in, with what they are called; others are chosen, and go along unseen.
_WRITTEN = {
    "grund": "Begrundelse",
    "tekst": "Spørgsmål",
    "telefon": "Telefon",
    "hvem": "Navn",
    "til": "Dato",
    "cvr": "CVR-nummer",
}
_CHOSEN = ("goer", "hvad", "version", "periode", "system", "om")
_ANSWERS = ("godkendt", "afvist", "fortryd")
ENDED = "I er logget ud, fordi der er gået for lang tid. Intet er sendt. Det, I skrev, står her."
MASKED = (
    f"Numre, der ligner et personnummer, vises ikke igen: der står {NUMBER}. Hvor de skal bruges, skrives de på ny."
)
OLD = "Siden var for gammel. Intet er sendt. Se det igennem, og send det igen."


def without_numbers(text: str) -> str:
    """A text with what looks like a CPR number masked."""
    return IN_TEXT.sub(NUMBER, text)


def given_back(
    request: Request,
    form: Mapping[str, str],
    why: str,
    status: int,
    around: Mapping[str, Any] | None = None,
    *,
    instead: str = "",
) -> HTMLResponse:
    """The page of a form that was not taken. ``around``: of a visit, None without a login; ``instead``: the address of a page to
    open, where the form would never be taken: what was written is only shown.
    """
    written, unseen = [], []
    for name, value in form.items():
        if name in _CHOSEN or value in _ANSWERS:
            unseen.append((name, value))
        else:
            written.append((name, _WRITTEN.get(name, name.replace("_", " ").capitalize()), without_numbers(value)))
    values = {
        **(around or nobody(request)),
        "action": request.url.path,
        "why": why,
        "masked": MASKED if any(form[name] != value for name, _, value in written) else "",
        "instead": instead,
        "written": written,
        "unseen": unseen,
    }
    return HTMLResponse(render("typed_again", values), status)


def logged_out(request: Request, form: Mapping[str, str] | None = None) -> HTMLResponse:
    """The same when nobody is logged in. ``form``: None for a file, which is to be chosen again."""
    if form is None:
        values = {**nobody(request), "why": "I er logget ud. Filen er ikke sendt: log ind, og vælg den igen."}
        return HTMLResponse(
            render("typed_again", {**values, "masked": "", "instead": "", "written": [], "unseen": []}), 403
        )
    return given_back(request, form, ENDED, 403)


def nobody(request: Request) -> dict[str, Any]:
    """What the frame of a page needs where nobody is logged in."""
    return {
        "visit": None, "base": "", "komnr": "", "kommune": "", "declaration": None, "here": request.url.path, "message": ""
    }  # fmt: skip
