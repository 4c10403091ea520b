"""``hjalp serve`` as a process of its own, until it is told to end."""

import sys
from collections.abc import Sequence

import uvicorn

from hjalp_pipeline.serving.published_shelf import Publisher
from hjalp_pipeline.serving.serve_app import Place, serve_app
from hjalp_pipeline.storage.root import DataRoot

#: Requests that are answered at a time, and those that wait in line.
_AT_A_TIME, _WAITING = 100, 200


def serve_released(roots: Sequence[DataRoot], host: str, port: int, place: Place) -> int:
    """Serve the released tables of these statistics until SIGTERM or SIGINT."""
    publisher = Publisher(roots)
    shelf = publisher.shelf()
    shown = place.public or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    sys.stdout.write(f"{len(shelf.tables)} tables are out: {', '.join(shelf.tables) or 'none'}\n")
    sys.stdout.write(f"The StatBank's API is on {shown.rstrip('/')}/v1/tables\n")
    sys.stdout.write(f"PxWebApi 2 is on {shown.rstrip('/')}/api/v2/tables\n")
    sys.stdout.flush()
    config = uvicorn.Config(
        serve_app(publisher, place),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # who asked what is nobody's business
        server_header=False,
        proxy_headers=False,  # the door looks at who really connects
        limit_concurrency=_AT_A_TIME,
        backlog=_WAITING,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run()
    return 0
