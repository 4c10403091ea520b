"""Writing the specification below the data root: ``specification/``."""

from datetime import date

from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.dialogue.specification.pages import specification_files
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.root import DataRoot

#: What this module writes; a file of that kind that no longer belongs goes.
_OURS = ("kravspecifikation-*.html", "*.xsd", "eksempler/*/*")


def write_specification(root: DataRoot, day: date, layouts: Layouts | None = None) -> list[str]:
    """Write the specification as it is on a day; returns the paths below ``specification/``. The same day, the same bytes."""
    folder, files = root.specification, specification_files(day, layouts or root.declared.layouts, root.declared.coded)
    for path, content in files.items():
        write_bytes(folder / path, content)
    for pattern in _OURS:
        for stale in folder.glob(pattern):
            if stale.relative_to(folder).as_posix() not in files:
                stale.unlink()
    for example in folder.glob("eksempler/*"):
        if not any(example.iterdir()):
            example.rmdir()
    return list(files)
