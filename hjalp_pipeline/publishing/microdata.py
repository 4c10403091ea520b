"""Microdata for researchers: registers with their data dictionary, written as labelled Parquet (seed 8.7).

Knows of no statistic: which variables a register has reaches it as data, and the schema, the labels in every file and the
codebook come from there alone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import polars as pl

Kind = Literal["tekst", "dato", "heltal", "tal"]
_TYPES: dict[Kind, pl.DataType] = {"tekst": pl.String(), "dato": pl.Date(), "heltal": pl.Int32(), "tal": pl.Float64()}


@dataclass(frozen=True, slots=True)
class CodeList:
    """A value set: what each code means, in Danish."""

    name: str
    title: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MicroVariable:
    """A variable of a register: name in upper case, labels, type, code list if it has one, what it is and where that is said."""

    name: str
    label_da: str
    label_en: str
    kind: Kind
    may_be_missing: bool
    codes: CodeList | None
    description: str
    source: str


@dataclass(frozen=True)
class Register:
    """A register: its name, Danish title, variables in order, and the variables its rows are ordered by."""

    name: str
    title: str
    variables: tuple[MicroVariable, ...]
    order: tuple[str, ...]

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """Polars types by variable: codes are strings, dates are dates."""
        return {variable.name: _TYPES[variable.kind] for variable in self.variables}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Danish label by variable."""
        return {variable.name: variable.label_da for variable in self.variables}

    @cached_property
    def code_labels(self) -> dict[str, dict[str, str]]:
        """What the codes mean, for variables that have a code list."""
        return {variable.name: dict(variable.codes.texts) for variable in self.variables if variable.codes}

    def arrow_schema(self) -> Any:
        """The Parquet schema: each field with ``label``, ``label_en`` and, as JSON, ``values``; ``title`` for the file."""
        schema = pl.DataFrame(schema=self.schema).to_arrow(compat_level=pl.CompatLevel.oldest()).schema
        for place, variable in enumerate(self.variables):
            schema = schema.set(place, schema.field(place).with_metadata(_field_metadata(variable)))
        return schema.with_metadata({"title": f"{self.name}: {self.title}"})


def _field_metadata(variable: MicroVariable) -> dict[str, str]:
    told = {"label": variable.label_da, "label_en": variable.label_en}
    if variable.codes is not None:
        told["values"] = json.dumps(dict(variable.codes.texts), ensure_ascii=False)
    return told


def write_register(path: Path, register: Register, parts: Iterable[pl.DataFrame]) -> int:
    """Write a register from frames with exactly its variables; returns the rows written.

    Each part is put in the register's order, so that the file does not depend on the order the rows came in.
    """
    compatible = pl.CompatLevel.oldest()
    schema = register.arrow_schema()
    rows = 0
    import pyarrow.parquet as pq  # noqa: PLC0415 (47 MB of memory, which every process would have and none but this needs)

    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:  # type: ignore[no-untyped-call]
        for part in parts:
            ordered = part.select(*register.schema).sort(register.order, nulls_last=True, maintain_order=True)
            writer.write_table(ordered.to_arrow(compat_level=compatible).cast(schema))
            rows += ordered.height
    return rows


def code_lists(registers: Sequence[Register]) -> list[CodeList]:
    """Every code list the registers use, once, in the order they are first used."""
    used = {
        variable.codes.name: variable.codes
        for register in registers
        for variable in register.variables
        if variable.codes
    }
    return list(used.values())
