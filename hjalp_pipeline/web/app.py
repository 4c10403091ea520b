"""What is served on the address: Dagster, and whatever is mounted beside it, behind one guard."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from hjalp_pipeline.web.address import Address
from hjalp_pipeline.web.dagster_door import DagsterDoor
from hjalp_pipeline.web.guard import Guard


def assemble(
    dagster: ASGIApp, address: Address, *, read_only: bool = False, beside: Sequence[BaseRoute] = ()
) -> ASGIApp:
    """The whole application. ``beside``: routes that come before Dagster's, which takes every path nobody else does."""
    return Guard(Starlette(routes=[*beside, Mount("/", DagsterDoor(dagster, read_only=read_only))]), address)
