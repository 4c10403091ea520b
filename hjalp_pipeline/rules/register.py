"""The population register as the rules see it: persons by integer index, residences as spells sorted by person.

Prepared once per extract by ``storage.registers``. Person ``i`` is row ``i`` of ``persons``: first those whose number is
ten digits and fits UInt32, ordered by it (``pnr``, every real CPR number does), then any other the register knows (``odd``).
"""

import mmap
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

Array = np.ndarray[Any, np.dtype[Any]]
#: ``Residences.til`` of a spell that still lasts.
STILL = np.iinfo(np.int32).max
#: Rows whose spells are looked up at a time: bounds how much of the mapped register lies in memory.
_ROWS = 1 << 16


@dataclass(frozen=True)
class Residences:
    """Spells of residence in person order: person ``i`` has the spells ``first[i]`` to ``first[i + 1]``. No two overlap.

    Arrays, so that 47 million spells can lie memory-mapped on disk and a lookup touches only the persons asked for.
    ``first``: UInt32, persons + 1; ``fra``, ``til``: Int32 days since 1970-01-01 (``fra <= day < til``, ``STILL`` = still);
    ``komnr``: UInt16.
    """

    first: Array
    fra: Array
    til: Array
    komnr: Array

    def let_go(self) -> None:
        """Give back the pages a lookup has mapped: they stay in the system's cache, but are no longer this process's memory."""
        for array in (self.fra, self.til, self.komnr):
            if isinstance(array.base, mmap.mmap):
                array.base.madvise(mmap.MADV_DONTNEED)


@dataclass(frozen=True)
class Register:
    """One register extract.

    ``extract``: its date as text; ``fingerprint``: SHA-256 over its files; ``pnr``: UInt32, ascending, no duplicates;
    ``persons``: koen UInt8 (1 man, 2 woman), foed_dato Date, doddato Date or null, a row per person; ``odd``: pnr_tekst
    String, person UInt32; ``residences``: see there.
    """

    extract: str
    fingerprint: str
    pnr: pl.Series
    persons: pl.DataFrame
    odd: pl.DataFrame
    residences: Residences

    def find(self, pnr: pl.Series, pnr_tekst: pl.Series) -> pl.Series:
        """Person index (UInt32, null = the register does not know the number) of each row."""
        found = (
            pl.Series("person", [None] * pnr.len(), dtype=pl.UInt32) if self.pnr.is_empty() else self._by_number(pnr)
        )
        if self.odd.is_empty() or pnr_tekst.null_count() == pnr_tekst.len():
            return found
        texts = pl.DataFrame({"person": found, "pnr_tekst": pnr_tekst})
        return (
            texts.join(self.odd.rename({"person": "_odd"}), on="pnr_tekst", how="left", maintain_order="left")
            .select(pl.coalesce("person", "_odd").alias("person"))
            .to_series()
        )

    def _by_number(self, pnr: pl.Series) -> pl.Series:
        # A person has many loans: looked up once, and in order, so that one search finds near the one before.
        wanted = pnr.drop_nulls().unique().sort()
        at = self.pnr.search_sorted(wanted).cast(pl.UInt32).clip(0, self.pnr.len() - 1)
        found = pl.DataFrame({"pnr": wanted, "person": at}).filter(self.pnr.gather(at) == wanted)
        rows = pl.DataFrame({"pnr": pnr}).join(found, on="pnr", how="left", maintain_order="left")
        return rows.get_column("person")

    def spells_of(self, person: pl.Series) -> pl.DataFrame:
        """Every spell of each row's person: row UInt32 (position in ``person``), fra Date, til Date or null, komnr UInt16.

        Ordered by person, not by row.
        """
        index = person.to_numpy()
        rows = np.argsort(index, kind="stable").astype(np.uint32)  # persons side by side share pages
        parts = [self._spells(rows[at : at + _ROWS], index) for at in range(0, max(rows.size, 1), _ROWS)]
        til = pl.col("til")
        return pl.concat(parts).with_columns(
            pl.col("fra").cast(pl.Date),
            pl.when(til != STILL).then(til).cast(pl.Date).alias("til"),
        )

    def _spells(self, rows: Array, index: Array) -> pl.DataFrame:
        """Spells of some rows, dates as day numbers."""
        start = self.residences.first[index[rows]].astype(np.int64)
        count = self.residences.first[index[rows] + 1].astype(np.int64) - start
        row = np.repeat(rows, count)
        within = np.arange(row.size, dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
        spell = np.repeat(start, count) + within
        found = pl.DataFrame(
            {
                "row": row,
                "fra": self.residences.fra[spell],
                "til": self.residences.til[spell],
                "komnr": self.residences.komnr[spell],
            }
        )
        self.residences.let_go()
        return found
