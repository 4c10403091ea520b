"""The catalogue of products: HMI number, ISO class, name, and the paragraph a kommune would normally use."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.synth.sources import Flags, Ints, read_rows

#: Variants of a product as the catalogue tells them apart.
_VARIANTS: Final = (
    "", " str. S", " str. M", " str. L", " str. XL", " 45 cm", " 40 cm",
    " bariatrisk, maks. 250 kg", " m/ kurv", " rød",
)  # fmt: skip
#: Things without a number in Hjælpemiddelbasen: name, local number, ISO class, paragraph, weight (seed 5.3).
_LOCAL: Final = (
    ("Flextrafik, kørsel", "999001", "", "SEL_112", 10.0),
    ("Depotgebyr / service", "999002", "", "", 4.0),
    ("Montering og levering", "90017", "", "", 5.0),
    ("Diverse - lokal vare", "99999", "99", "SEL_112", 6.0),
    ("Kommunens egen skammel", "90420", "180903", "SEL_112", 4.0),
    ("Testvare <må ikke slettes>", "900000", "", "", 0.6),
    ("Nøgleboks & beslag", "901234", "1836", "SEL_83", 6.0),
    ("Ukendt klasse", "90555", "77770100", "SEL_112", 1.5),
)
#: A synscentral issues aids for sight on behalf of its neighbours (seed 5.3): hub and members.
_SIGHT_HUB: Final = "461"
_SIGHT_MEMBERS: Final = ("420", "430", "440", "450", "479")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products; arrays of equal length. ``paragraph`` is "" where the value set has none."""

    hminr: list[str]
    hmiiso: list[str]
    hminavn: list[str]
    paragraph: list[str]
    sight: Flags
    blocks: Flags
    sight_hub: int
    sight_members: Ints
    _cumulated: NDArray[np.float64]

    def draw(self, count: int, rng: np.random.Generator) -> Ints:
        """Products of loans, popular ones more often."""
        return np.searchsorted(self._cumulated, rng.random(count), side="right").astype(np.int32)


def make_catalogue() -> Catalogue:
    """The catalogue; the same in every made-up country."""
    rows: list[tuple[str, str, str, str, float]] = []
    for number, row in enumerate(read_rows("products.csv", __package__)):
        variants = int(row["variants"])
        for variant in range(variants):
            hminr = str(1_300 + number * 7 + variant if number % 9 == 4 else 10_417 + number * 1_093 + variant * 97)
            rows.append((
                hminr, row["hmiiso"], row["hminavn"] + _VARIANTS[variant], row["lov_navn"],
                float(row["vaegt"]) / (variant + 1.5),
            ))  # fmt: skip
    rows += [(hminr, iso, name, paragraph, weight) for name, hminr, iso, paragraph, weight in _LOCAL]
    weights = np.array([row[4] for row in rows])
    cumulated = np.cumsum(weights / weights.sum())
    cumulated[-1] = 1.0
    return Catalogue(
        hminr=[row[0] for row in rows],
        hmiiso=[row[1] for row in rows],
        hminavn=[row[2] for row in rows],
        paragraph=[row[3] for row in rows],
        sight=np.array([row[1].startswith("2203") for row in rows]),
        blocks=np.array([row[2].startswith("Sengeklodser") for row in rows]),
        sight_hub=KOMNR.index(_SIGHT_HUB),
        sight_members=np.array([KOMNR.index(code) for code in _SIGHT_MEMBERS], dtype=np.int32),
        _cumulated=cumulated,
    )
