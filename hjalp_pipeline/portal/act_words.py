"""What people did, as a page tells it: the log's acts in words, and what they were done to where it has a name."""

import re
from collections.abc import Mapping
from typing import Any

_WORDS = {
    "jeres data set": "så denne side",
    "fil lagt op": "lagde en fil op",
    "proevefil": "prøvede en fil",
    "fil kasseret": "kasserede en fil",
    "sendt": "sendte en leverance",
    "trukket tilbage": "trak en leverance tilbage",
    "kladde begyndt": "begyndte en kladde",
    "kladde overtaget": "overtog en kladde",
    "kladde slettet": "slettede en kladde",
    "post gemt": "gemte en post i en kladde",
    "post fjernet": "fjernede en post i en kladde",
    "godkendt": "godkendte",
    "afvist": "afviste",
    "rapport hentet": "hentede godkendelsesrapporten",
    "tid spurgt": "bad om mere tid",
    "tid givet": "gav mere tid",
    "tid afslaaet": "afslog mere tid",
    "fuldmagt spurgt": "bad om en fuldmagt",
    "fuldmagt givet": "gav en fuldmagt",
    "fuldmagt afslaaet": "afslog en fuldmagt",
    "spoergsmaal spurgt": "stillede et spørgsmål",
    "spoergsmaal besvaret": "svarede på et spørgsmål",
    "formular": "sendte en side, der var for gammel",
    "tekst": "skrev et personnummer i en tekst",
}
#: The kind of a fault, which is for the office.
_KIND = re.compile(r"(?<=^mislykket): .*")
#: Ids of ours, which say nothing to anybody.
_ID = re.compile(r"\b[0-9a-f]{32}\b")


def in_words(row: Mapping[str, Any]) -> dict[str, str]:
    """An act of the log: ``who``, ``did``, ``what`` and ``result`` ("" for one that went well)."""
    return {
        "at": row["at"],
        "who": row["name"] or "",
        "cvr": row["cvr"],
        "did": _WORDS.get(row["act"], row["act"]),
        "what": _ID.sub("", row["object"]).strip(),
        "result": "" if row["result"] == "ok" else _KIND.sub("", row["result"]),
    }
