"""RDF as Turtle 1.1: just enough of it to write resources and what is said of them, always in the same order."""

import re
from collections.abc import Iterable, Mapping, Sequence

from hjalp_pipeline.publishing.table import LANGUAGES, Text

#: What is said of a resource: a property (``dct:title``) and one value or more.
Said = tuple[str, Sequence[str]]
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
#: What may not stand in an address.
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def iri(address: str) -> str:
    """An address; what cannot stand in one is written as per cent and two digits."""
    escaped = _NOT_IN_IRI.sub(lambda found: f"%{ord(found[0]):02X}", address)
    return f"<{escaped}>"


def literal(text: str, language: str = "", datatype: str = "") -> str:
    """A text, with its language or its type (``xsd:date``)."""
    quoted = '"' + "".join(_ESCAPED.get(sign, sign) for sign in text) + '"'
    return quoted + (f"@{language}" if language else f"^^{datatype}" if datatype else "")


def both(text: Text) -> list[str]:
    """A text in each language."""
    return [literal(getattr(text, language), language) for language in LANGUAGES]


def blank(*said: Said) -> str:
    """A resource without an address of its own."""
    return f"[ {' ; '.join(_pairs(said))} ]"


def resource(subject: str, *said: Said) -> str:
    """A resource and what is said of it; a property without values is left out."""
    lines = " ;\n    ".join(_pairs(said))
    return f"{subject}\n    {lines} .\n"


def turtle(prefixes: Mapping[str, str], comments: Iterable[str], resources: Iterable[str]) -> bytes:
    """A document of resources, UTF-8; comments come first."""
    head = [f"# {' '.join(line.split())}" for line in comments]
    head += [f"@prefix {name}: <{address}> ." for name, address in prefixes.items()]
    return ("\n".join(head) + "\n\n" + "\n".join(resources)).encode()


def _pairs(said: Iterable[Said]) -> list[str]:
    return [f"{name} {', '.join(values)}" for name, values in said if values]
