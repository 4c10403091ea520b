"""``hjalp portal``: the web dialogue, its demonstration, and a look at its log."""

import argparse
from importlib.util import find_spec

from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out
from hjalp_pipeline.web.address import AddressError, serve_on

#: Libraries of the extra ``portal``.
_EXTRA = ("authlib", "httpx2", "itsdangerous", "python_multipart", "cryptography")


def run_portal(root: DataRoot, options: argparse.Namespace) -> int:
    """Serve, or verify the log; 2 when something typed makes no sense, 1 when the log is not as it was written."""
    lacking = [name for name in _EXTRA if find_spec(name) is None]
    if lacking:
        err.print(
            f"the web dialogue needs the extra portal (pip install 'hjalp[portal]'): {', '.join(lacking)} missing"
        )
        return 1
    from hjalp_pipeline.portal.portal_server import serve_demo, serve_portal, verify_log  # noqa: PLC0415 (the extra)

    if options.verify_log:
        faults = verify_log(root)
        for fault in faults:
            err.print(fault, style="red", markup=False)
        if not faults:
            out.print("every row of the log is as it was written", style="green")
        return 1 if faults else 0
    try:
        address = serve_on(options.host, options.port, options.behind_proxy, options.proxy_address or [])
    except AddressError as fault:
        options.usage(str(fault))
    return serve_demo(root, address) if options.demo else serve_portal(root, address)
