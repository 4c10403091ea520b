"""The value set of ``lov_navn`` by version (``paragraphs.csv``).

``value_sets.csv`` says of each day a version begins when the change was announced (empty: not known) and where it is from.
"""

from hjalp_pipeline.codelists.shipped_lists import read_codelist
from hjalp_pipeline.codelists.value_sets import CodedField, ListedCode, read_announcements, value_sets_of
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS, Paragraph


def listed(paragraph: Paragraph) -> ListedCode:
    """A paragraph as the specification shows it."""
    law, number = paragraph.law, f"§ {paragraph.paragraph}"
    return ListedCode(
        paragraph.code,
        (law, number, paragraph.text),
        f"{law} {number}, {paragraph.text}",
        paragraph.from_date,
        paragraph.to_date,
    )


LOV_NAVN = CodedField(
    "lov_navn",
    ("Lov", "Paragraf", "Betydning"),
    "En kode kan bruges, når den er i kraft i leverancens kvartal eller på udleveringsdagen. Paragraf 113 b leveres som 113 og "
    "128 b som 128.",
    value_sets_of(map(listed, PARAGRAPHS), read_announcements(read_codelist("value_sets.csv", package=__package__))),
    empty_in_example=("indleveringsdato", "lov_tekst"),
)
