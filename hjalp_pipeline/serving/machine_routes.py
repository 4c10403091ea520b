"""The addresses for machines (``/releases``): a catalogue of everything that is out, and of each release its files."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hjalp_pipeline.serving.machine_files import PREFIX, TURTLE, described, files_of, in_catalogue, whole_catalogue
from hjalp_pipeline.serving.published_shelf import Damaged, Publisher, Shelf
from hjalp_pipeline.serving.pxweb_problems import Problem, problem
from hjalp_pipeline.serving.served_answer import answer


def machine_routes(publisher: Publisher, base_of: Callable[[Request], str]) -> list[BaseRoute]:
    """Every address. ``base_of``: what links begin with."""

    def told_catalogue(request: Request, shelf: Shelf) -> Response:
        if not shelf.releases:
            raise Problem(404, "No release is out")
        base = base_of(request)
        found = in_catalogue(shelf.releases, base)
        stamp = "".join([*(out.stamp for out in shelf.releases.values()), *(str(of.terms) for of in found)])
        return answer(request, lambda: whole_catalogue(found, base), TURTLE, stamp)

    def told_file(request: Request, shelf: Shelf) -> Response:
        asked = request.path_params
        out = shelf.releases.get((asked["statistic"], asked["release"]))
        if out is None:
            raise Problem(404, "No such release")
        of = described(out, base_of(request))
        file = files_of(out, of).get(asked["file"])
        if file is None:
            raise Problem(404, "No such file")
        # What is made also depends on the terms, which may change any day; what was published does not.
        moment = out.release.moment if asked["file"] in of.files else None
        given = answer(request, file.make, file.media, f"{out.stamp}{of.terms}", moment)
        given.headers["link"] = f'<{of.terms.license}>; rel="license"'
        return given

    return [
        Route(f"{PREFIX}/catalog.ttl", _door(publisher, told_catalogue)),
        Route(f"{PREFIX}/{{statistic}}/{{release}}/{{file}}", _door(publisher, told_file)),
    ]


def _door(publisher: Publisher, answers: Callable[[Request, Shelf], Response]) -> Callable[[Request], object]:
    async def door(request: Request) -> Response:
        try:
            return await run_in_threadpool(lambda: answers(request, publisher.shelf()))
        except Problem as fault:
            return problem(fault)
        except Damaged:
            return problem(Problem(503, "Service Unavailable", "this cannot be delivered at the moment"))

    return door
