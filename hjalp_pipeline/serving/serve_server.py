"""``hjalp serve`` as a process of its own, until it is told to end."""

import socket
import sys
from collections.abc import Sequence

import uvicorn

from hjalp_pipeline.serving.bounded_connections import bounded_connections
from hjalp_pipeline.serving.published_shelf import Publisher
from hjalp_pipeline.serving.serve_app import Place, serve_app
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web.address import counted_together

#: Connections that wait in line.
_WAITING = 200


def serve_released(roots: Sequence[DataRoot], host: str, port: int, place: Place) -> int:
    """Serve the released tables of these statistics until SIGTERM or SIGINT."""
    publisher = Publisher(roots)
    shelf = publisher.shelf()
    shown = (place.public or f"http://{f'[{host}]' if ':' in host else host}:{port}").rstrip("/")
    told = (
        f"Tables that are out: {', '.join(shelf.tables) or 'none'}\n"
        f"The StatBank's API is on {shown}/v1/tables\n"
        f"PxWebApi 2 is on {shown}/api/v2/tables\n"
        f"The catalogue for machines is on {shown}/releases/catalog.ttl\n"
    )
    config = uvicorn.Config(
        serve_app(publisher, place),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # who asked what is nobody's business
        server_header=False,
        proxy_headers=False,  # the door looks at who really connects
        http=bounded_connections(lambda peer: None if place.is_ours(peer) else counted_together(peer)),
        backlog=_WAITING,
        timeout_graceful_shutdown=10,
    )
    _Server(config, told).run()
    return 0


class _Server(uvicorn.Server):
    """Says so when it answers."""

    def __init__(self, config: uvicorn.Config, told: str) -> None:
        super().__init__(config)
        self._told = told

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(self._told)
            sys.stdout.flush()
