"""``hjalp ui``: where it listens, and then Dagster."""

import argparse

from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web.address import AddressError, serve_on


def run_ui(root: DataRoot, options: argparse.Namespace) -> int:
    """Serve until it is told to end; an address that may not be served is a usage error, said before Dagster is loaded."""
    try:
        address = serve_on(options.host, options.port, options.behind_proxy, options.proxy_address or [])
    except AddressError as fault:
        options.usage(str(fault))
    if options.workspace is not None and not options.workspace.is_file():
        options.usage(f"--workspace: {options.workspace} is no file")
    workspace = None if options.workspace is None else options.workspace.resolve()
    from hjalp_pipeline.web.server import serve  # noqa: PLC0415

    return serve(root, address, read_only=options.read_only, workspace=workspace)
