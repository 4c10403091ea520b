"""``index.html`` in the data root: a page that links everything made, to be opened without a server."""

import sys
from datetime import datetime
from pathlib import Path

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.lineage_picture import lineage_svg
from hjalp_pipeline.pages.template import danish_moment
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.root import DEFAULT, DataRoot
from hjalp_pipeline.web.office.contents import contents_html
from hjalp_pipeline.web.office.shelves import Office


def page_of(root: DataRoot) -> Path:
    """Where a statistic's page lies: ``index.html`` for the first, ``{statistic}.html`` for another."""
    return root.path / ("index.html" if root.statistic == DEFAULT else f"{root.statistic}.html")


def write_index(*roots: DataRoot) -> Path:
    """Write a page for each statistic of a data root, for the owner alone, with links to the others; the path of the first."""
    titles = {page_of(root): root.declared.layouts.declaration.statistic for root in roots}
    for root in roots:
        page = contents_html(
            Office(root, viewers=False),
            [(path.name, title) for path, title in titles.items() if path != page_of(root)],
            below=f"{root.folder.relative_to(root.path).as_posix()}/",
            served=False,
            lineage=lineage_svg(defs, root.statistic),
            as_of=danish_moment(datetime.now(DANISH_TIME)),
        )
        write_bytes(page_of(root), page.encode())
    return page_of(roots[0])


if __name__ == "__main__":
    sys.stdout.write(lineage_svg(defs, DEFAULT))
