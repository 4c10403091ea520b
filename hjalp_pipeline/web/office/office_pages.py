"""Answering for ``/kontor/{statistic}/...``: pages the program has written, as they are, each shut in a sandbox.

A page holds what people and kommuner wrote (escaped), and it is on Dagster's address, where a script may start runs. So no
page may act as that address: it runs as a stranger (``sandbox``), asks nothing and sends nothing.
"""

from collections.abc import Iterable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.defs.metadata import OFFICE
from hjalp_pipeline.statistic import declared
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web.office.contents import contents_html, receipts_html, reports_html
from hjalp_pipeline.web.office.delivery_map import map_svg
from hjalp_pipeline.web.office.shelves import Office, is_plain

POLICY = (
    "sandbox allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; "
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
)
#: What a browser shows by itself; anything else is saved.
_SHOWN = {".html": "text/html", ".json": "application/json", ".toml": "text/plain", ".csv": "text/csv"}


def office_routes(root: DataRoot, statistics: Iterable[str], *, viewers: bool) -> Sequence[BaseRoute]:
    """The routes of the office's pages; ``viewers``: only what other accounts of the machine may read."""
    names = tuple(statistics)
    offices = {
        name: Office(DataRoot(root.path, name, flat=root.flat and name == root.statistic), viewers) for name in names
    }

    def answer(request: Request) -> Response:
        office = offices.get(request.path_params["statistic"])
        if office is None:
            raise HTTPException(404, "there is no such statistic")
        name = request.path_params["page"]
        found = _listing(office, name, [other for other in names if other != office.root.statistic])
        if found is not None:
            return _guarded(HTMLResponse(found))
        drawn = _map(office, name)
        if drawn is not None:
            return _guarded(Response(drawn, media_type="image/svg+xml"))
        path = office.file(name)
        if path is None:
            raise HTTPException(404, "there is no such page" + (" for viewers" if viewers else ""))
        return _guarded(FileResponse(path, media_type=_SHOWN.get(path.suffix, "application/octet-stream")))

    def first(_request: Request) -> Response:
        return RedirectResponse(f"{OFFICE}/{names[0]}/")

    return [
        Route(OFFICE, first),
        Route(f"{OFFICE}/", first),
        Route(f"{OFFICE}/{{statistic}}", lambda request: RedirectResponse(f"{request.url.path}/")),
        Route(f"{OFFICE}/{{statistic}}/{{page:path}}", answer),
    ]


def _listing(office: Office, name: str, others: Sequence[str]) -> str | None:
    """The page that stands for a folder."""
    if name and not is_plain(name.removesuffix("/")):
        return None
    match name.split("/"):
        case [""]:
            return contents_html(
                office, [(f"{OFFICE}/{other}/", declared(other).layouts.declaration.statistic) for other in others]
            )
        case ["receipts", period, ""]:
            return receipts_html(office, period)
        case ["approvals", "reports", _aar, ""] | ["releases", _aar, "godkendelse", ""]:
            return reports_html(office, name.rstrip("/"))
    return None


def _map(office: Office, name: str) -> str | None:
    """``kort/2025K3.svg``: who has delivered, as the gate was made last."""
    match name.split("/"):
        case ["kort", file] if Period.is_form_of(file.removesuffix(".svg")) and file.endswith(".svg"):
            return map_svg(office.root, file.removesuffix(".svg"))
    return None


def _guarded(response: Response) -> Response:
    response.headers["content-security-policy"] = POLICY
    response.headers["cache-control"] = "no-store"  # confidential, and made anew
    return response
