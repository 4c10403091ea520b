"""sav and dta, read back: values, dates, labels; and what is said when the library is not there."""

import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from hjalp_pipeline.publishing.export import FORMATS, Format, LibraryMissing, export
from hjalp_pipeline.publishing.microdata import CodeList
from hjalp_tests.publishing.registers import PROEVE, rows

READ = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}


@pytest.mark.parametrize("form", FORMATS)
def test_it_is_read_back(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    export(path, rows().select(*reversed(rows().columns)), PROEVE, form, "Prøve, 2024v1")
    found, told = READ[form](path, output_format="polars")
    assert found.columns == list(PROEVE.schema)
    # Neither format tells an empty text from none.
    assert found.get_column("TEKST").fill_null("").to_list() == ["", "é", "Ærø"]
    for name in ("SVAR", "DAG"):
        assert found.get_column(name).to_list() == rows().get_column(name).to_list()
    assert found.get_column("TAL").cast(pl.Int32).to_list() == rows().get_column("TAL").to_list()
    assert told.column_names_to_labels == PROEVE.labels
    assert told.file_label == "Prøve, 2024v1"
    labels = {"SVAR": {"0": "Nej", "1": "Ja, måske"}} if form == "sav" else {}
    assert told.variable_value_labels == labels


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    export(path, rows().clear(), PROEVE, form, "Ingen")
    found, _told = READ[form](path, output_format="polars")
    assert (found.height, found.columns) == (0, list(PROEVE.schema))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("length", [255, 256, 2045, 2046, 5000])
def test_long_texts_are_kept(form: Format, length: int, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    text = ("ordet " * length)[: length - 1] + "x"
    export(path, rows().with_columns(TEKST=pl.lit(text)), PROEVE, form, "Lang")
    found, _told = READ[form](path, output_format="polars")
    assert found.get_column("TEKST").to_list() == [text] * 3


@pytest.mark.parametrize("length", [119, 120, 121, 122, 200])
def test_a_long_meaning_is_cut_between_letters(length: int, tmp_path: Path) -> None:
    text = ("x" + "æ" * length).encode()[:length].decode(errors="ignore")
    codes = CodeList("svar", "Svar", {"0": text, "1": "kort"})
    variables = (replace(PROEVE.variables[0], codes=codes), *PROEVE.variables[1:])
    export(tmp_path / "a.sav", rows(), replace(PROEVE, variables=variables), "sav", "Prøve")
    _found, told = pyreadstat.read_sav(tmp_path / "a.sav", output_format="polars")
    shown = told.variable_value_labels["SVAR"]
    assert shown["1"] == "kort"
    assert shown["0"] == text if length <= 120 else shown["0"][:-3] == text[: len(shown["0"]) - 3]
    assert len(shown["0"].encode()) <= 120


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(LibraryMissing, match="uv sync --extra research"):
        export(tmp_path / "a.sav", rows(), PROEVE, "sav", "Prøve")
    assert list(tmp_path.iterdir()) == []
