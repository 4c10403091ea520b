"""``index.html`` in the data root: a page that links everything made, to be opened without a server."""

import sys
from pathlib import Path

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.lineage_picture import lineage_svg
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.root import DEFAULT, DataRoot
from hjalp_pipeline.web.office.contents import contents_html
from hjalp_pipeline.web.office.shelves import Office

INDEX = "index.html"


def write_index(root: DataRoot) -> Path:
    """Write the page, for the owner alone, and return its path."""
    page = contents_html(
        Office(root, viewers=False),
        below=f"{root.folder.relative_to(root.path).as_posix()}/",
        served=False,
        lineage=lineage_svg(defs, root.statistic),
    )
    path = root.path / INDEX
    write_bytes(path, page.encode())
    return path


if __name__ == "__main__":
    sys.stdout.write(lineage_svg(defs, DEFAULT))
