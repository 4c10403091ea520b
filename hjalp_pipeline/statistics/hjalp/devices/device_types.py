"""Types of devices: classes and subclasses of ISO 9999 (two and four digits), what has none, and what kommuner number themselves.

``iso9999.csv``: the classes that have a Danish title. The titles are translations of ours of the English and Norwegian ones: there
is no official Danish list that may be shipped (seed 2.2).
"""

from hjalp_pipeline.codelists.shipped_lists import read_codelist
from hjalp_pipeline.publishing.table import Text

#: Code of all types together; of loans whose type is not known; of loans whose HMI number is the kommune's own or made up.
TYPE_I_ALT, UOPLYST, LOKAL = "TOT", "UOPL", "LOKAL"
_TITLES = {
    row["code"]: Text(row["text_da"], row["text_en"]) for row in read_codelist("iso9999.csv", package=__package__)
}
#: Title by code, of two digits and of four.
CLASSES: dict[str, Text] = {code: title for code, title in _TITLES.items() if len(code) == 2}
SUBCLASSES: dict[str, Text] = {code: title for code, title in _TITLES.items() if len(code) == 4}
#: The two types that are no class; the same codes stand for them among classes and subclasses.
NO_CLASS: dict[str, Text] = {
    UOPLYST: Text("ISO-klasse ikke oplyst eller ukendt", "ISO class not stated or unknown"),
    LOKAL: Text("Lokale og fiktive HMI-numre", "Local and fictitious HMI numbers"),
}
#: The class that each subclass belongs to; what is no class is its own.
CLASS_OF: dict[str, str] = {**{code: code[:2] for code in SUBCLASSES}, **{code: code for code in NO_CLASS}}
