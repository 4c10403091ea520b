"""Work for each kommune: whatever goes wrong with one is told with its name when all were tried."""

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.dialogue.approval.report_figures import every_kommune
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

WORKS = {komnr: (komnr, None) for komnr in ("101", "147", "540")}


@pytest.mark.parametrize("fault", [KeyError, pl.exceptions.PanicException, OSError])
def test_a_fault_is_told_with_its_kommune_when_all_were_tried(tmp_path: Path, fault: type[BaseException]) -> None:
    tried = []

    def work(_shared: None, komnr: str) -> str:
        tried.append(komnr)
        if komnr == "147":
            raise fault("0101011234")
        return komnr

    with pytest.raises(InputError, match=rf"^147 Frederiksberg: {fault.__name__} at .*message withheld") as caught:
        every_kommune(work, None, Lake(DataRoot(tmp_path)), WORKS)
    assert "0101011234" not in str(caught.value)
    assert tried == list(WORKS)


def test_what_the_disk_refuses_is_no_kommunes(tmp_path: Path) -> None:
    def work(_shared: None, komnr: str) -> str:
        raise OSError(28, "no space left", komnr)

    with pytest.raises(OSError, match="no space left"):
        every_kommune(work, None, Lake(DataRoot(tmp_path)), WORKS)
