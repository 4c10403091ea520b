"""The codebook of microdata, made from the data dictionary: a Danish page that needs nothing else, and two csv files."""

import csv
import io
from collections.abc import Iterable, Sequence

from hjalp_pipeline.pages.template import template
from hjalp_pipeline.publishing.microdata import CodeList, Register, code_lists


def codebook(
    title: str, release: str, intro: Iterable[str], registers: Sequence[Register], further: Sequence[CodeList] = ()
) -> dict[str, bytes]:
    """``kodebog.html``, ``kodebog.csv`` (a line per variable) and ``kodebog_koder.csv`` (a line per code), UTF-8.

    ``intro``: paragraphs at the top; ``further``: code lists that no variable holds as they are. csv with BOM and ``;``.
    """
    lists = [*code_lists(registers), *further]
    page = template("hjalp_pipeline.publishing", "kodebog.html.j2").render(
        title=title, release=release, intro=list(intro), registers=registers, lists=lists
    )
    variables = [
        (
            register.name,
            variable.name,
            variable.label_da,
            variable.label_en,
            variable.kind,
            "ja" if variable.may_be_missing else "nej",
            variable.codes.name if variable.codes else "",
            variable.description,
            variable.source,
        )
        for register in registers
        for variable in register.variables
    ]
    header = ("REGISTER", "VARIABEL", "LABEL_DA", "LABEL_EN", "TYPE", "KAN_MANGLE", "KODELISTE", "BESKRIVELSE", "KILDE")
    codes = [(codes.name, code, text) for codes in lists for code, text in codes.texts.items()]
    return {
        "kodebog.html": page.encode(),
        "kodebog.csv": _csv(header, variables),
        "kodebog_koder.csv": _csv(("KODELISTE", "KODE", "TEKST"), codes),
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
