"""One request of somebody who has logged in: what a page is given, and what it may do with it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.portal.act_log import Act
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.rendering import render
from hjalp_pipeline.portal.sessions import Person, Session
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.portal_lists import OFFICE
from hjalp_pipeline.storage.root import DataRoot

Handler = Callable[["Visit"], Response]


@dataclass(frozen=True)
class Door:
    """An address of a page: below ``/{statistic}/{komnr}/``, for people with ``role``. ``post`` takes the forms of the page.

    An office's address (``role`` is OFFICE) is below ``/kontor/{statistic}/``.
    """

    path: str
    role: str
    get: Handler | None = None
    post: Handler | None = None


@dataclass
class Visit:
    """A request. ``form``: what was sent, by name; ``komnr``: "" on the office's pages."""

    portal: Portal
    request: Request
    session: Session
    root: DataRoot
    komnr: str
    role: str
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        """Who asks."""
        return self.session.person

    @property
    def statistic(self) -> Statistic:
        """The statistic it is about."""
        return self.root.declared

    @property
    def today(self) -> date:
        """The Danish day."""
        return self.portal.today

    def in_words(self, period: str) -> str:
        """A period as people say it; one of another form as it is."""
        kind = self.statistic.period
        return kind.parse(period).in_words if kind.is_form_of(period) else period

    @property
    def base(self) -> str:
        """Where the addresses of the kommune begin."""
        name = self.root.statistic
        return f"/kontor/{name}" if self.role == OFFICE else f"/{name}/{self.komnr}"

    def part(self, name: str) -> str:
        """A part of the address; 404 for one with signs that no database has to hold."""
        found = str(self.request.path_params[name])
        if not found.isprintable():
            raise missing()
        return found

    def may(self, role: str) -> bool:
        """Whether the person may do this for the kommune today."""
        return self.portal.rights.may(self.person, self.root.statistic, self.komnr, role, self.today)

    @property
    def allowed(self) -> frozenset[str]:
        """The roles the person has for the kommune today, as the menu needs them."""
        return self.portal.rights.of(self.person, self.root.statistic, self.today).get(self.komnr, frozenset())

    @property
    def looks_after_more(self) -> bool:
        """Whether the person has more to choose from than this kommune and statistic."""
        own = self.root.statistic
        if len(self.portal.rights.of(self.person, own, self.today)) > 1:
            return True
        with suppress(InputError):  # a fault in another statistic's list is that statistic's alone
            return any(self.portal.rights.of(self.person, one, self.today) for one in self.portal.roots if one != own)
        return False

    def wanted(self, name: str, longest: int = 500) -> str:
        """A field of the form as one line; "" when it was left empty. 400 for a text no form of ours sends."""
        text = self.form.get(name, "").strip()
        if len(text) > longest or not all(char.isprintable() or char in "\r\n\t" for char in text):
            raise HTTPException(400, "Feltet er for langt, eller det indeholder tegn, der ikke kan bruges.")
        return text

    def page(self, name: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page with what all pages have around it."""
        return HTMLResponse(render(name, {**self.around(), **values}), status)

    def if_asked(self, *, running: bool) -> Response | None:
        """The answer to a page that waits and asks (htmx) whether it is to be shown anew; None when nobody asks so."""
        if self.request.headers.get("hx-request") != "true":
            return None
        return Response(status_code=204) if running else Response(headers={"hx-refresh": "true"})

    @property
    def is_still(self) -> bool:
        """Whether somebody wants a page that waits not to renew itself."""
        return "stille" in self.request.query_params

    def around(self) -> dict[str, Any]:
        """What the frame of a page needs."""
        return {
            "visit": self,
            "base": self.base,
            "komnr": self.komnr,
            "kommune": NAVN.get(self.komnr, ""),
            "declaration": self.statistic.layouts.declaration,
            "here": self.request.url.path,
            "message": self.session.message(self.request.query_params.get("ok", "")),
            "token": self.session.form_token,
        }

    def go(self, path: str, message: str = "") -> RedirectResponse:
        """Lead to another page of the kommune after a form was sent. ``message``: a sentence of ours, told there once."""
        return RedirectResponse(
            f"{self.base}/{path}" + (f"?ok={quote(self.session.signed(message))}" if message else ""), 303
        )

    def act(self, act: str, thing: str = "", *, sha256: str = "", result: str = "ok") -> Act:
        """What was done, for the log."""
        one = self.person
        about = {"name": one.name, "statistic": self.root.statistic}
        return Act(one.id, one.cvr, self.komnr, self.role, act, thing, sha256, result, **about)

    def log(self, act: str, thing: str = "", *, sha256: str = "", result: str = "ok") -> None:
        """Take down what was done."""
        self.portal.log.add(self.act(act, thing, sha256=sha256, result=result))

    @contextmanager
    def doing(self, act: str, thing: str, *, sha256: str = "") -> Iterator[None]:
        """Around what is done to a file: its row is there before, so that nothing is done that the log does not tell of. A
        further one says when it came to nothing.
        """
        self.log(act, thing, sha256=sha256)
        try:
            yield
        except Exception as fault:
            self.log(act, thing, sha256=sha256, result=f"mislykket: {type(fault).__name__}")
            raise


class OutdatedError(HTTPException):
    """409: what a form was made for is another by now, so that it would never be taken."""

    def __init__(self, detail: str, instead: str) -> None:
        """``instead``: below the kommune's address, the page to open."""
        super().__init__(409, detail)
        self.instead = instead


class RoleError(HTTPException):
    """403: a page for colleagues with another role."""

    def __init__(self, visit: Visit) -> None:
        """``visit``: of the kommune, whose other pages the person may see."""
        super().__init__(
            403,
            f"Den kræver rollen {visit.role}. En kollega, der har den, kan bruge siden. Skal I selv have rollen, så bed jeres "
            "brugeradministrator om den, eller spørg os.",
        )
        self.visit = visit


def missing() -> HTTPException:
    """What is not there, or is not this kommune's: nobody learns which."""
    return HTTPException(404, "Siden findes ikke.")
