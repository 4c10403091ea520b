"""``hjalp serve``: where it listens, and whose tables."""

import argparse

from hjalp_pipeline.storage.root import STATISTICS, DataRoot
from hjalp_pipeline.web.address import AddressError


def run_serve(options: argparse.Namespace) -> int:
    """Serve the released tables of every statistic, or of the one named; an address that makes no sense is a usage error."""
    from hjalp_pipeline.serving.serve_app import Place  # noqa: PLC0415 (help does not wait for a server)
    from hjalp_pipeline.serving.serve_server import serve_released  # noqa: PLC0415

    try:
        place = Place(options.behind_proxy or "", frozenset(options.proxy_address or ()))
    except AddressError as fault:
        options.usage(str(fault))
    named = (options.statistic,) if options.statistic else STATISTICS
    return serve_released([DataRoot.from_environment(name) for name in named], options.host, options.port, place)
