"""What kommuner write about paragraphs: ``lov_navn`` (a code, often missing) and ``lov_tekst`` (free text), seed 3.5 and 5.3."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.synth.sources import Flags, Ints

SHARE_OTHER_CODE: Final = 0.05
SHARE_UNKNOWN_CODE: Final = 0.004
SHARE_TEXT_WITH_CODE: Final = 0.10
SHARE_TEXT_ALONE: Final = 0.28
SHARE_HARD_TEXT: Final = 0.25
#: From 2025K3 the Ældrelov's code replaces some of these, also on older loans.
SHARE_AEL: Final = 0.35
_REPLACED_BY_AEL: Final = ("SEL_83", "SEL_83A", "SEL_86")
UNKNOWN_CODES: Final = ("SEL_100", "SEL_85", "112", "SEL_122", "BL_39", "UKENDT")

_FORMS: Final = {
    "SEL": (
        "SEL § {p}", "SEL §{p}", "§{p}", "§ {p}", "{p}", "Servicelovens § {p}", "Serviceloven §{p}, stk. 2", "sel {p}",
        "§ {p} i Lov om Social Service", "Bevilget efter SEL § {p}, stk. 1", "Servicelovens {p}", "Lov om social service § {p}",
        "SEL § {p} stk. 1 nr. 2", "paragraf {p}", "SERVICELOVEN § {p}", "Hjælpemiddel, jf. § {p}",
    ),
    "AML": ("AML § {p}", "AML {p}", "arbejdsmiljølovens paragraf {p}", "Lov om arbejdsmiljø § {p}", "Arbejdsmiljøloven §{p}"),
    "SUL": ("SUL § {p}", "sundhedslov {p}", "Sundhedslovens §{p}", "Sundhedsloven § {p}", "SUL §{p}, stk. 1"),
    "AEL": ("ÆL § {p}", "Ældrelovens § {p}", "Ældreloven §{p}"),
}  # fmt: skip
#: Spellings with letters that go with one code only.
_VARIANTS: Final = {
    "SEL_113": ("Servicelovens § 113 b", "Serviceloven §113b, stk. 2", "SEL § 113 b"),
    "SEL_83A": ("rehabiliteringsforløb (§ 83 a)", "§83a", "§ 83 A", "SEL § 83 a, stk. 1"),
    "SEL_128": ("SEL § 128 b", "Servicelovens § 128 b"),
    "SEL_112": ("SEL § 112, jf. § 100", "Servicelovens § 112 stk. 1 - bevilget varigt"),
    "SEL_114": ("Servicelovens 114",),
    "SEL_116": ("Bevilget efter SEL § 116, stk. 1",),
}
#: Texts that name no single paragraph of the value set.
HARD_TEXTS: Final = (
    "SEL 112, 113 og 116", "Servicelovens § 83, jf. § 112", "SEL § 100", "SEL §11.3.1;", "SEL §52, stk. 3",
    "Serviceloven § 101 og 107", "Barnets lov § 112", "Sundhedsloven § 112", "leveret 15. marts 2023", "112 stk. leveret",
    "HMI 112140", "SEL §11.3.1", "Se sagen", "Midlertidigt udlån", "efter aftale med ergoterapeut", "ukendt",
    "Bevilling 2021", "barnets lov § 140", "Lejeloven § 116", "SUL 138 og SEL 112", "Støtte <til> & \"andet\"", "112 / 113", "-",
)  # fmt: skip


def _texts() -> tuple[list[str], dict[str, tuple[int, int]]]:
    """All texts, and where in the list those of each code stand."""
    texts: list[str] = []
    place: dict[str, tuple[int, int]] = {}
    for paragraph in PARAGRAPHS:
        form = _FORMS[paragraph.code.split("_")[0]]
        found = [text.format(p=paragraph.paragraph) for text in form] + list(_VARIANTS.get(paragraph.code, ()))
        place[paragraph.code] = (len(texts), len(found))
        texts += found
    place[""] = (len(texts), len(HARD_TEXTS))
    return texts + list(HARD_TEXTS), place


def law_columns(
    paragraph: list[str], product: Ints, chance: NDArray[np.float64], rng: np.random.Generator
) -> pl.DataFrame:
    """Columns ``lov_navn``, ``lov_navn_2025k3`` and ``lov_tekst`` of loans.

    ``paragraph`` is the usual code of each product, ``chance`` the probability that the kommune gave the loan a code.
    """
    codes = [row.code for row in PARAGRAPHS if row.code != "AEL_10"]
    names = ["", *codes, "AEL_10", *UNKNOWN_CODES]
    usual = np.array([names.index(code) for code in paragraph], dtype=np.int32)[product]
    count = len(product)
    other = rng.random(count) < SHARE_OTHER_CODE
    code = np.where(other & (usual > 0), rng.integers(1, len(codes) + 1, count), usual)
    unknown = rng.random(count) < SHARE_UNKNOWN_CODE
    written = np.where(unknown, len(names) - 1 - rng.integers(0, len(UNKNOWN_CODES), count), code)
    written = np.where(rng.random(count) < chance, written, 0)
    replaced = np.isin(written, [names.index(old) for old in _REPLACED_BY_AEL]) & (rng.random(count) < SHARE_AEL)
    newest = np.where(replaced, names.index("AEL_10"), written)
    text, has_text = _text_column(code, names, written > 0, chance > 0, rng)
    texts, _ = _texts()
    listed = pl.Series([None, *names[1:]], dtype=pl.String)
    return pl.DataFrame({
        "lov_navn": listed.gather(pl.Series(written)),
        "lov_navn_2025k3": listed.gather(pl.Series(newest)),
        "lov_tekst": pl.Series([*texts, None], dtype=pl.String).gather(pl.Series(np.where(has_text, text, len(texts)))),
    })  # fmt: skip


def _text_column(
    code: Ints, names: list[str], coded: Flags, uses_law: Flags, rng: np.random.Generator
) -> tuple[NDArray[np.int64], Flags]:
    _, place = _texts()
    starts = np.array([place.get(name, place[""])[0] for name in names])
    counts = np.array([place.get(name, place[""])[1] for name in names])
    key = np.where(rng.random(len(code)) < SHARE_HARD_TEXT, 0, code)
    text = starts[key] + (rng.random(len(code)) * counts[key]).astype(np.int64)
    wanted = np.where(coded, SHARE_TEXT_WITH_CODE, SHARE_TEXT_ALONE) * uses_law
    return text, rng.random(len(code)) < wanted
