"""Memory stays bounded: two million records of csv, three hundred thousand of xml, each in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from hjalp_tests.delivery.files import HEADER, ROOT, STEM, row, xml_record

LIMIT_MB = 1536
READ = """
import resource, sys
from pathlib import Path
from hjalp_pipeline.delivery.intake import read_delivery
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
path = Path(sys.argv[1])
intake = read_delivery(path, parse_name("2024K4", path.name), "utf-8", LAYOUTS)
sys.stdout.write(f"{intake.status} {intake.records} {intake.frame.height} ")
sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024))
"""


def measure(path: Path) -> list[str]:
    run = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    return run.stdout.split()


def record(number: int) -> dict[str, str]:
    return row(number, pnr=f"{number % 28 + 1:02}0190{number % 10_000:04}", hminr=str(number % 199_999))


@pytest.mark.slow
def test_csv(tmp_path: Path) -> None:
    path = tmp_path / f"{STEM}.csv"
    count, block = 2_000_000, 100_000
    lines = "".join(";".join(record(n).values()) + "\r\n" for n in range(block))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\r\n")
        file.writelines(lines for _ in range(count // block))
        file.write(f"SLUT;{count}\r\n")
    status, records, kept, megabytes = measure(path)
    assert (status, int(records), int(kept)) == ("accepted", count, count)
    assert int(megabytes) < LIMIT_MB


@pytest.mark.slow
def test_xml(tmp_path: Path) -> None:
    path = tmp_path / f"{STEM}.xml"
    count = 300_000
    root = " ".join(f'{key}="{value}"' for key, value in ROOT.items())
    with path.open("w", encoding="utf-8") as file:
        file.write(f'<leverance {root} antal="{count}">\n')
        file.writelines(xml_record(record(n)) + "\n" for n in range(count))
        file.write("</leverance>\n")
    status, records, kept, megabytes = measure(path)
    assert (status, int(records), int(kept)) == ("accepted", count, count)
    assert int(megabytes) < LIMIT_MB
