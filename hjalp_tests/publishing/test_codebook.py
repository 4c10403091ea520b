"""The codebook: every variable and code of the dictionary, as a page and as csv."""

import csv
import io
from html.parser import HTMLParser

from hjalp_pipeline.publishing.codebook import codebook
from hjalp_pipeline.publishing.microdata import CodeList
from hjalp_tests.publishing.registers import PROEVE

FURTHER = CodeList("andet", "Andet", {"9": 'Kode med "citat"; og semikolon'})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        assert not {"src", "srcset"} & told.keys()
        assert tag not in ("script", "link", "img")
        self.ids |= {told["id"] or ""} if "id" in told else set()
        self.links += [told["href"] or ""] if "href" in told else []

    def handle_data(self, data: str) -> None:
        self.text += data


def made() -> dict[str, bytes]:
    return codebook("Prøve & <sandhed>", "2024v1", ["Et afsnit.", "Et til."], [PROEVE], [FURTHER])


def test_the_page_stands_alone_and_tells_everything() -> None:
    page = _Page()
    page.feed(made()["kodebog.html"].decode())
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    for variable in PROEVE.variables:
        for text in (variable.name, variable.label_da, variable.label_en, variable.description, variable.source):
            assert text in page.text
    for text in ("Prøve & <sandhed>, udgivelse 2024v1", "Et afsnit.", "Ja, måske", FURTHER.texts["9"]):
        assert text in page.text


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_csv_files() -> None:
    book = made()
    assert set(book) == {"kodebog.html", "kodebog.csv", "kodebog_koder.csv"}
    header, *variables = rows(book["kodebog.csv"])
    assert header[:6] == ["REGISTER", "VARIABEL", "LABEL_DA", "LABEL_EN", "TYPE", "KAN_MANGLE"]
    assert variables[0] == [
        "PROEVE",
        "SVAR",
        "Svar <1>",
        "Answer",
        "tekst",
        "nej",
        "svar",
        "Svaret; eller intet.",
        "Afsnit 1",
    ]
    assert [row[1] for row in variables] == ["SVAR", "TEKST", "DAG", "TAL"]
    assert rows(book["kodebog_koder.csv"]) == [
        ["KODELISTE", "KODE", "TEKST"],
        ["svar", "0", "Nej"],
        ["svar", "1", "Ja, måske"],
        ["andet", "9", FURTHER.texts["9"]],
    ]
    for name in ("kodebog.csv", "kodebog_koder.csv"):
        assert book[name].startswith(b"\xef\xbb\xbf")
        assert book[name].count(b"\n") == book[name].count(b"\r\n")


def test_the_same_every_time() -> None:
    assert made() == made()
