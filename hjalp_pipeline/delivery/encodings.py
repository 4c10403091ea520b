"""Encodings of csv deliveries, as ``systems.csv`` names them."""

import codecs

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode

NOT_DECODABLE = "Filen holder tegn, som ikke findes i tegnsættet."


def text_codec(encoding: str) -> str:
    """The codec behind any common spelling of an encoding; ValueError when there is none or it is not a superset of ASCII."""
    ascii_bytes = bytes(range(128))
    try:
        name = codecs.lookup(encoding.strip()).name
        name = "utf-8" if name == "utf-8-sig" else name
        superset = ascii_bytes.decode(name) == ascii_bytes.decode("ascii")
    except (LookupError, UnicodeError) as error:
        raise ValueError(f"unknown encoding in systems.csv: {encoding!r}") from error
    if not superset:
        raise ValueError(f"encoding in systems.csv is not a superset of ASCII: {encoding!r}")
    return name


def decode(data: bytes, codec: str, records: int = 0) -> str:
    """The text of some bytes; TEGNSAET, after so many ``records``, when they are none."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError:  # its message holds the bytes: not passed on
        raise Rejected(RejectionCode.TEGNSAET, NOT_DECODABLE, records) from None
