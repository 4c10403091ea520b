"""``hjalp site``: the tables that are out as static pages, whole or not at all."""

import argparse
import sys

from hjalp_pipeline.storage.root import STATISTICS, DataRoot

#: Folder of the pages, beside ``releases/`` of a statistic or, of all of them, in the data root.
_FOLDER = "site"


def run_site(options: argparse.Namespace) -> int:
    """Write the pages of every statistic, or of the one named, and say where; 1 when no release is out, and nothing is written,
    or when an article is left out.
    """
    from hjalp_pipeline.serving.published_shelf import Publisher  # noqa: PLC0415 (help does not wait for a library)
    from hjalp_pipeline.serving.site.site_files import what_is_out, write_site  # noqa: PLC0415

    named = (options.statistic,) if options.statistic else STATISTICS
    roots = [DataRoot.from_environment(name) for name in named]
    folder = options.out or (roots[0].folder if options.statistic else roots[0].path) / _FOLDER
    found = what_is_out([Publisher([root]) for root in roots])
    if not found:
        sys.stderr.write("no release is out: nothing is written\n")
        return 1
    files = write_site(found, folder.resolve())
    pages = sum(name.endswith(".html") for name in files)
    told = ", ".join(one.root.statistic for one in found)
    sys.stdout.write(f"{told}: {pages:,} pages, to be read from {folder / 'index.html'}\n")
    left_out = [fault for one in found for fault in one.left_out]
    sys.stderr.writelines(f"left out: {fault}\n" for fault in left_out)
    return 1 if left_out else 0
