"""A made-up version 2 of the layout, in force from 2025K1: a field more, one no longer required, another length."""

from hjalp_pipeline.codelists.tables import read_codelist
from hjalp_pipeline.delivery.specification import versions
from hjalp_pipeline.delivery.specification.versions import Version, versions_of

PACKAGE = versions.__name__.rpartition(".")[0]
Row = dict[str, str]


def fields() -> list[Row]:
    """Rows of version 1."""
    return [row for row in read_codelist("fields.csv", package=PACKAGE) if row["version"] == "1"]


def with_version_2(
    changed: list[Row], from_quarter: str = "2025K1", announced: str = "2024-06-15"
) -> tuple[Version, ...]:
    """The shipped version 1, and in place of all later ones a version 2 of the rows given."""
    rows = [row for row in read_codelist("versions.csv", package=PACKAGE) if row["version"] == "1"]
    rows.append({"version": "2", "announced": announced, "from_quarter": from_quarter, "source": "Opdigtet"})
    return versions_of(rows, [*fields(), *({**row, "version": "2"} for row in changed)])


def version_2() -> list[Row]:
    """``depot`` is new (1-4 digits, required), ``komnr_indberetter`` may be empty, ``hminavn`` has at most 50 characters."""
    rows = fields()
    for row in rows:
        if row["name"] == "komnr_indberetter":
            row["required"] = "no"
        if row["name"] == "hminavn":
            row["max_length"] = "50"
    depot = {
        "nr": "12",
        "name": "depot",
        "form": "cifre",
        "max_length": "4",
        "required": "yes",
        "label": "Depotets nummer",
    }
    return [*rows, {**depot, "text_da": "Depotet.", "text_en": "The depot.", "example": "17"}]
