"""What can be typed after the commands that serve until they are told to end, and after the one that writes what is served."""

from pathlib import Path
from typing import Any


def add_servers(commands: Any) -> None:
    """Add them to the commands of ``hjalp`` (what argparse's ``add_subparsers`` gives)."""
    _add_ui(commands)
    _add_portal(commands)
    _add_serve(commands)
    _add_site(commands)


def _add_ui(commands: Any) -> None:
    ui = commands.add_parser("ui", help="start the Dagster UI and daemon on this data root")
    ui.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; other than this machine only with --behind-proxy"
    )
    ui.add_argument("--port", type=int, default=3000)
    ui.add_argument("--read-only", action="store_true", help="for viewers: nothing can be started; runs no daemon")
    ui.add_argument("--workspace", type=Path, metavar="FILE", help="code servers and daemon run apart; starts neither")
    ui.add_argument(
        "--behind-proxy", metavar="ORIGIN", help="serve behind a proxy with a login; https://NAME as browsers see it"
    )
    ui.add_argument(
        "--proxy-address",
        nargs="+",
        action="extend",
        metavar="IP",
        help="the proxy's address, when it is on another machine",
    )
    ui.set_defaults(command="ui", usage=ui.error)


def _add_portal(commands: Any) -> None:
    portal = commands.add_parser("portal", help="start the web dialogue with the kommuner, of every statistic")
    portal.add_argument("--host", default="127.0.0.1", help="as of `hjalp ui`")
    portal.add_argument("--port", type=int, default=8080)
    portal.add_argument("--behind-proxy", metavar="ORIGIN", help="the https://NAME that browsers see")
    portal.add_argument("--proxy-address", nargs="+", action="extend", metavar="IP", help="as of `hjalp ui`")
    portal.add_argument("--demo", action="store_true", help="on a demo's data, with made-up people and no password")
    portal.add_argument(
        "--verify-log", action="store_true", help="only look whether the log of acts is whole; exit 1 when not"
    )
    portal.set_defaults(command="portal", usage=portal.error)


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser(
        "serve",
        help="serve released tables by the StatBank's API and PxWebApi 2, and releases for machines",
        every=True,
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on; the figures are public")
    serve.add_argument("--port", type=int, default=8090)
    serve.add_argument(
        "--behind-proxy", metavar="URL", help="what callers see of a proxy: https://NAME or https://NAME/path"
    )
    serve.add_argument("--proxy-address", nargs="+", action="extend", metavar="IP", help="as of `hjalp ui`")
    serve.set_defaults(command="serve", usage=serve.error)


def _add_site(commands: Any) -> None:
    site = commands.add_parser("site", help="write the released tables as static pages, with their files", every=True)
    site.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where; a site that is there is replaced (default: site/ in the data root, or of the statistic named)",
    )
    site.set_defaults(command="site", usage=site.error)
