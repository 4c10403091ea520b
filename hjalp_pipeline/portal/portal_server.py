"""``hjalp portal``: the web dialogue as a process of its own, until it is told to end."""

import sys

import uvicorn

from hjalp_pipeline.portal.act_log import ActLog
from hjalp_pipeline.portal.demo_login import demo_access, demo_provider, demo_settings
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.portal_app import portal_app
from hjalp_pipeline.portal.portal_db import PortalDb
from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.portal_settings import read_portal_settings
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web.address import Address, is_loopback


def serve_portal(root: DataRoot, address: Address) -> int:
    """Serve until SIGTERM or SIGINT. InputError when the settings cannot be used."""
    settings = read_portal_settings(PortalPlace.of(root).folder)
    _serve(Portal(root, settings, next(iter(address.origins.values()))), address)
    return 0


def serve_demo(root: DataRoot, address: Address) -> int:
    """The same on the data of a demo, with a login of made-up people; on this machine alone."""
    if not is_loopback(address.host) or not address.shown.startswith("http://"):
        raise InputError("--demo has a login without passwords: it is served on 127.0.0.1 alone")
    if not (root.path / "demo.json").is_file():
        raise InputError("--demo is for the data of a demo: `hjalp demo` makes them; this data root is not one")
    with demo_provider() as provider:
        settings = demo_settings(provider)
        portal = Portal(root, settings, address.shown, demo=demo_access())
        sys.stdout.write(f"log in as one of the made-up people: {address.shown}\n")
        sys.stdout.flush()
        _serve(portal, address)
    return 0


def _serve(portal: Portal, address: Address) -> None:
    config = uvicorn.Config(
        portal_app(portal, address),
        host=address.host,
        port=address.port,
        log_level="warning",
        access_log=False,  # an address holds file names and a kommune: who did what stands in the log of acts
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run()


def verify_log(root: DataRoot) -> list[str]:
    """What is wrong with the log of acts; [] when it is as it was written."""
    place = PortalPlace.of(root)
    url = read_portal_settings(place.folder).database if place.settings.is_file() else ""
    if not url and not place.database.is_file():
        return []
    db = PortalDb(url or f"sqlite:///{place.database}")
    try:
        return ActLog(db, place.heads).faults()
    finally:
        db.close()
