"""``hjalp microdata``: a release's microdata for statistics packages, whole or not at all, for its owner alone."""

import json
import stat
from datetime import date
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from lxml import etree

from hjalp_pipeline.cli import main
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.publishing.export import FORMATS, LibraryMissing
from hjalp_pipeline.publishing.microdata import write_register
from hjalp_pipeline.statistics.hjalp.microdata.genhjalp import GENHJALP, GENHJALP_G, genhjalp_g
from hjalp_pipeline.storage.files import write_json
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.terminal import export_command as command

LOANS = pl.DataFrame(
    {
        "ALDER": [74, 0],
        "CPRTJEK": ["0", "1"],
        "CPRTYPE": ["0", "1"],
        "DODDATO": [None, date(2024, 12, 31)],
        "FOED_DATO": [date(1850, 1, 1), date(2024, 2, 29)],
        "HMIISO": ["12", None],
        "HMINAVN": ["Rollator, rød", "Æ" * 300],
        "HMINR": ["012345", "1"],
        "INDLEVERINGSDATO": [None, date(2024, 12, 31)],
        "KOEN": ["1", "2"],
        "KOMNR_BETALING": ["999", None],
        "KOMNR_INDBERETTER": ["540", "101"],
        "KOMNR_STATBANK": ["540", "101"],
        "LOV_NAVN": ["SEL_83A", "EN_LANG_KODE_UDEN_FOR_LISTEN"],
        "LOV_NAVN_OPRET": ["SEL_83A", None],
        "LOV_TEKST": [None, "§ 112"],
        "PNR": ["0101501234", "0202501234"],
        "UDLEVERINGSDATO": [date(2023, 1, 1), date(2024, 12, 31)],
        "VERSION": ["2024v1", "2024v1"],
    },
    schema=GENHJALP.schema,
)


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release of two loans that stands below the data root."""
    monkeypatch.setenv("HJALP_DATA", str(tmp_path / "data"))
    folder = tmp_path / "data" / "hjalp" / "releases" / "2024v1"
    micro = folder / "microdata"
    micro.mkdir(parents=True)
    write_register(micro / "GENHJALP.parquet", GENHJALP, [LOANS])
    write_register(micro / "GENHJALP_G2024.parquet", GENHJALP_G, [genhjalp_g("2024v1", 2024, KOMNR, {}, {})])
    (micro / "kodebog.html").write_text("<p>Kodebog", encoding="utf-8")
    outputs = {f"microdata/{path.name}": sha256(path) for path in micro.iterdir()}
    write_json(folder / "manifest.json", {"outputs": outputs})
    return folder


@pytest.mark.parametrize("form", FORMATS)
def test_the_folder(release: Path, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "forsker" / "udtraek"
    assert main(["microdata", "2024v1", "--format", form, "--out", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {f"GENHJALP.{form}", f"GENHJALP_G2024.{form}", "kodebog.html"}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert [path.name for path in out.parent.iterdir()] == ["udtraek"]
    told = capsys.readouterr()
    assert "0101501234" not in told.out + told.err
    read = pyreadstat.read_sav if form == "sav" else pyreadstat.read_dta
    found, labels = read(out / f"GENHJALP.{form}", output_format="polars")
    assert found.columns == list(GENHJALP.schema)
    texts = [name for name, kind in GENHJALP.schema.items() if kind == pl.String]
    assert found.select(pl.col(texts).fill_null("")).rows() == LOANS.select(pl.col(texts).fill_null("")).rows()
    dates = [name for name, kind in GENHJALP.schema.items() if kind == pl.Date]
    assert found.select(dates).rows() == LOANS.select(dates).rows()
    assert found.get_column("ALDER").to_list() == [74, 0]
    assert labels.column_names_to_labels == GENHJALP.labels
    assert labels.file_label == "GENHJALP, 2024v1"
    if form == "sav":
        assert labels.variable_value_labels.keys() == GENHJALP.code_labels.keys()
        for name, texts in GENHJALP.code_labels.items():
            for code, text in texts.items():
                shown = labels.variable_value_labels[name][code]
                assert shown == text or (shown.endswith("...") and text.startswith(shown[:-3]) and len(shown) > 100)
    approvals, _labels = read(out / f"GENHJALP_G2024.{form}", output_format="polars")
    assert (approvals.height, approvals.columns) == (98, list(GENHJALP_G.schema))


def test_the_codebook_is_also_there_as_ddi(release: Path, tmp_path: Path) -> None:
    """Every variable of every file, the day the release came out, and no row of it."""
    manifest = json.loads((release / "manifest.json").read_bytes())
    manifest |= {"release": "2024v1", "publish_at": "2025-06-24T08:00:00+02:00"}
    write_json(release / "manifest.json", manifest)
    assert main(["microdata", "2024v1", "--format", "sav", "--out", str(tmp_path / "ny")]) == 0
    path = tmp_path / "ny" / "ddi.xml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = etree.parse(path).getroot()
    named = [(node.get("files"), node.get("name")) for node in found.findall(".//{ddi:codebook:2_5}var")]
    assert named == [(of.name, one.name) for of in (GENHJALP, GENHJALP_G) for one in of.variables]
    assert "Danmarks Statistik (2025): Udlån af hjælpemidler. 2024v1." in path.read_text(encoding="utf-8")
    assert "Rollator" not in path.read_text(encoding="utf-8")


def test_what_makes_no_sense(release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "der").mkdir()
    for name, folder, why in (
        ("2024v9", tmp_path / "ny", "not a published release"),
        ("../2024v1", tmp_path / "ny", "not a published release"),
        ("2024v1", tmp_path / "der", "the folder is there already"),
        ("2024v1", release / "sav", "a published release never changes"),
        ("2024v1", release.parent / "ny", "a published release never changes"),
    ):
        assert main(["microdata", name, "--format", "sav", "--out", str(folder)]) == 2
        assert why in capsys.readouterr().err
    assert not (tmp_path / "ny").exists()
    with pytest.raises(SystemExit):
        main(["microdata", "2024v1", "--format", "sas", "--out", str(tmp_path / "ny")])


def test_what_is_not_as_published_is_not_exported(
    release: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_register(release / "microdata" / "GENHJALP.parquet", GENHJALP, [LOANS[:1]])
    assert main(["microdata", "2024v1", "--format", "sav", "--out", str(tmp_path / "ny")]) == 1
    assert "GENHJALP.parquet" in capsys.readouterr().err
    assert not (tmp_path / "ny").exists()


def test_whole_or_not_at_all(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stops(path: Path, *_rest: object) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(command, "export", stops)
    assert main(["microdata", "2024v1", "--format", "sav", "--out", str(tmp_path / "forsker" / "ny")]) == 1
    assert "the disk is full" in capsys.readouterr().err
    assert list((tmp_path / "forsker").iterdir()) == []


def test_without_the_library(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise LibraryMissing("install it")

    monkeypatch.setattr(command, "require_library", missing)
    assert main(["microdata", "2024v1", "--format", "dta", "--out", str(tmp_path / "ny")]) == 1
    assert "install it" in capsys.readouterr().err
    assert not (tmp_path / "ny").exists()
