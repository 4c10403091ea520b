"""Made-up versions of the layout, written as the lists have them: a difference against the shipped version 1."""

from importlib.resources import files

from hjalp_pipeline.delivery.layouts.declared_rows import FIELDS_CSV, VERSIONS_CSV, read_rows
from hjalp_pipeline.delivery.layouts.versions import Layouts, layouts_of
from hjalp_pipeline.statistics.hjalp.layout import udlaan

PACKAGE = udlaan.__name__.rpartition(".")[0]
#: ``depot`` is new (1-4 digits, required), ``komnr_indberetter`` may be empty, ``hminavn`` has at most 50 characters.
VERSION_2 = (
    "2;change;komnr_indberetter;;;no;;;;;;",
    "2;change;hminavn;;50;;;;;;;",
    "2;add;depot;cifre;4;yes;Depotets nummer;Depotet.;The depot.;17;;",
)


def of_version_1(name: str) -> str:
    """The shipped list, header and the rows of version 1."""
    header, *lines = files(PACKAGE).joinpath(name).read_text(encoding="utf-8").splitlines()
    return "\n".join([header, *(line for line in lines if line.startswith("1;"))])


def layouts(
    *fields: str, versions: tuple[str, ...] = (), from_period: str = "2025K1", announced: str = "2024-06-15"
) -> Layouts:
    """The shipped version 1, and in place of all later ones ``versions`` (default: a version 2) with the rows given."""
    return _read(versions or (f"2;{announced};{from_period};Opdigtet",), fields)


def _read(versions: tuple[str, ...], fields: tuple[str, ...]) -> Layouts:
    return layouts_of(
        udlaan.LOAN,
        read_rows(VERSIONS_CSV, "\n".join([of_version_1(VERSIONS_CSV), *versions])),
        read_rows(FIELDS_CSV, "\n".join([of_version_1(FIELDS_CSV), *fields])),
    )


#: The shipped version 1 alone.
VERSION_1 = _read((), ())
