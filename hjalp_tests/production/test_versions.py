"""The same file in two quarters' folders is two cases when another version of the layout is in force in the second."""

from pathlib import Path

from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.lake import Lake
from hjalp_tests.delivery.layouts.made_up import layouts
from hjalp_tests.production.world import deliver, delivery, write_world


def test_a_typed_copy_is_kept_by_version(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    deliver(root, delivery("540", 5, day=9), delivery("540", 5, day=9, kvartal="2025K1"))

    def codes(held: Layouts) -> dict[str, str | None]:
        inbox = Inbox(Lake(root), read_systems(root), layouts=held)
        files = [entry for entry in inbox.files() if "540_nexus_20250109" in entry[0].filename]
        assert len({inbox.read(*entry).sha256 for entry in files}) == 1, "the same bytes"
        return {file.folder: inbox.read(file, name).verdict.code for file, name in files}

    assert codes(LAYOUTS) == {"2024K4": None, "2025K1": None}
    assert codes(layouts("2;drop;hminavn;;;;;;;;;")) == {"2024K4": None, "2025K1": "KOLONNER"}
