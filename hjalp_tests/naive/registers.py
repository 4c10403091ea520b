"""Register extracts, read into dictionaries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_tests.naive.fixed import KOMNR


@dataclass
class Spell:
    """Something that held from a day (included) to a day (not included); None = still."""

    value: Any
    vfra: dt.date
    vtil: dt.date | None

    def holds(self, day: dt.date) -> bool:
        """Is the day inside?"""
        return self.vfra <= day and (self.vtil is None or day < self.vtil)


@dataclass
class Registers:
    """One extract."""

    koen: dict[str, int]
    foed_dag: dict[str, dt.date]
    doddato: dict[str, dt.date]
    befbop: dict[str, list[Spell]]
    befadr: dict[Any, list[Spell]]
    folketal: dict[tuple[int, str, int, int], int]

    def residence(self, pnr: str, day: dt.date) -> str | None:
        """Kommune of residence on that day, None when there is none among the 98.

        Should two spells hold on one day, the one that began last counts, of two that began on one day the one with the
        greater address (or kommune).
        """
        homes = [spell for spell in self.befbop.get(pnr, []) if spell.holds(day)]
        if not homes:
            return None
        adresse_id = max(homes, key=lambda spell: (spell.vfra, spell.value)).value
        places = [spell for spell in self.befadr.get(adresse_id, []) if spell.holds(day)]
        if not places:
            return None
        kom: str = max(places, key=lambda spell: (spell.vfra, spell.value)).value
        return kom if kom in KOMNR else None


def newest_extract(root: Path) -> str:
    """Name of the newest extract below the data root."""
    return max(path.name for path in (root / "registers").iterdir() if path.is_dir())


def read_registers(root: Path, extract: str) -> Registers:
    """Read the five Parquet files of an extract."""

    def rows(name: str) -> list[dict[str, Any]]:
        return pl.read_parquet(root / "registers" / extract / f"{name}.parquet").to_dicts()

    registers = Registers({}, {}, {}, {}, {}, {})
    for row in rows("person"):
        assert row["pnr"] not in registers.koen, "an extract with a duplicate pnr is refused"
        registers.koen[row["pnr"]] = int(row["koen"])
        registers.foed_dag[row["pnr"]] = row["foed_dag"]
    for row in rows("dod"):
        assert row["pnr"] not in registers.doddato, "an extract with a duplicate pnr is refused"
        registers.doddato[row["pnr"]] = row["doddato"]
    for row in rows("befbop"):
        spell = Spell(row["adresse_id"], row["bop_vfra"], row["bop_vtil"])
        registers.befbop.setdefault(row["pnr"], []).append(spell)
    for row in rows("befadr"):
        spell = Spell(str(row["kom"]), row["adr_vfra"], row["adr_vtil"])
        registers.befadr.setdefault(row["adresse_id"], []).append(spell)
    for row in rows("folketal"):
        key = (int(row["aar"]), str(row["kom"]), int(row["koen"]), int(row["alder"]))
        assert key not in registers.folketal, "an extract with doubled population is refused"
        registers.folketal[key] = int(row["antal"])
    return registers
