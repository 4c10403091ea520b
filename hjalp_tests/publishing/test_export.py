"""sav and dta, read back: values, dates, labels; and what is said when the library is not there."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from hjalp_pipeline.publishing.export import FORMATS, Format, LibraryMissing, export
from hjalp_pipeline.publishing.microdata import CodeList
from hjalp_tests.publishing.registers import PROEVE, rows

FIRST_DAY = date(1582, 10, 15)
LONGEST_TEXT = 32_767
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
def test_a_number_that_is_a_code_is_labelled(form: Format, tmp_path: Path) -> None:
    path, codes = tmp_path / f"a.{form}", CodeList("tal", "Tal", {"-1": "Minus en", "7": "Syv"})
    coded = replace(PROEVE, variables=(*PROEVE.variables[:-1], replace(PROEVE.variables[-1], codes=codes)))
    export(path, rows(), coded, form, "Prøve")
    _found, told = READ[form](path, output_format="polars")
    assert told.variable_value_labels["TAL"] == {-1: "Minus en", 7: "Syv"}


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


@pytest.mark.parametrize("first", ["", "x"])
@pytest.mark.parametrize("length", [119, 120, 121, 122, 200])
def test_a_long_meaning_is_cut_between_letters(first: str, length: int, tmp_path: Path) -> None:
    text = (first + "æ" * length).encode()[:length].decode(errors="ignore")
    codes = CodeList("svar", "Svar", {"0": text, "1": "kort"})
    variables = (replace(PROEVE.variables[0], codes=codes), *PROEVE.variables[1:])
    export(tmp_path / "a.sav", rows(), replace(PROEVE, variables=variables), "sav", "Prøve")
    _found, told = pyreadstat.read_sav(tmp_path / "a.sav", output_format="polars")
    shown = told.variable_value_labels["SVAR"]
    assert shown["1"] == "kort"
    if len(text.encode()) <= 120:
        assert shown["0"] == text
    else:
        assert shown["0"].removesuffix("...") == text[: len(shown["0"]) - 3]
        assert len(shown["0"].encode()) == (120 if first else 119), "as much as is room for"


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(LibraryMissing, match="uv sync --extra research"):
        export(tmp_path / "a.sav", rows(), PROEVE, "sav", "Prøve")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("length", [LONGEST_TEXT, LONGEST_TEXT + 1, 70_000])
def test_a_text_longer_than_spss_holds_is_cut_there_and_whole_in_stata(
    form: Format, length: int, tmp_path: Path
) -> None:
    path = tmp_path / f"a.{form}"
    text = ("æ" * length).encode()[:length].decode(errors="ignore")
    texts = [text, "kort", None]
    export(path, rows().with_columns(TEKST=pl.Series(texts, dtype=pl.String)), PROEVE, form, "Lang")
    found, _told = READ[form](path, output_format="polars")
    assert found.columns == list(PROEVE.schema)
    read = found.get_column("TEKST").fill_null("").to_list()
    assert read[1:] == ["kort", ""]
    if form == "dta" or length <= LONGEST_TEXT:
        assert read[0] == text
    else:
        assert read[0].endswith("...")
        assert text.startswith(read[0][:-3])
        assert len(read[0].encode()) == LONGEST_TEXT


@pytest.mark.parametrize("form", FORMATS)
def test_the_first_day_needs_no_text(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    export(path, rows().with_columns(DAG=pl.lit(FIRST_DAY)), PROEVE, form, "Første")
    found, _told = READ[form](path, output_format="polars")
    assert found.columns == list(PROEVE.schema)
    assert found.get_column("DAG").to_list() == [FIRST_DAY] * 3


@pytest.mark.parametrize("form", FORMATS)
def test_days_no_package_holds_are_texts(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"
    days = [date(1, 1, 1), date(1582, 10, 14), FIRST_DAY]
    export(path, rows().with_columns(DAG=pl.Series(days)), PROEVE, form, "Tidlig")
    found, told = READ[form](path, output_format="polars")
    assert found.columns == [*PROEVE.schema, "DAG_TEKST"]
    assert found.get_column("DAG").to_list() == [None, None, FIRST_DAY]
    assert found.get_column("DAG_TEKST").fill_null("").to_list() == ["0001-01-01", "1582-10-14", ""]
    assert told.column_names_to_labels["DAG_TEKST"].endswith("som tekst")


def test_a_stata_file_is_of_the_version_that_stata_14_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.dta"
    export(path, rows(), PROEVE, "dta", "Prøve")
    assert path.read_bytes().startswith(b"<stata_dta><header><release>118</release>")
