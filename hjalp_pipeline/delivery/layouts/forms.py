"""What a field may hold: the forms, what each takes, and how it is said in Danish."""

from enum import StrEnum

import polars as pl


class Form(StrEnum):
    """What a field holds."""

    TEKST = "tekst"
    CIFRE = "cifre"
    CIFERPAR = "ciferpar"
    FASTE_CIFRE = "faste_cifre"
    VALG = "valg"
    PUNKTKODER = "punktkoder"
    UUID = "uuid"
    KOMMUNE = "kommune"
    EGEN_KOMMUNE = "egen_kommune"
    PERSONNUMMER = "personnummer"
    DATO = "dato"


#: Forms whose length is the field's own business; of digits it has to be given.
FREE_LENGTH = frozenset({Form.TEKST, Form.CIFRE, Form.CIFERPAR, Form.FASTE_CIFRE})
_LENGTH = {Form.KOMMUNE: 3, Form.EGEN_KOMMUNE: 3, Form.DATO: 10, Form.UUID: 36}
_PUNKTKODE = r"[0-9]+(?:\.[0-9]+)*"
_HEX = "[0-9A-Fa-f]"
#: Column of the typed frame that holds a person number of another form than ten digits.
TEXT_OF_PERSON = "{}_tekst"


def typed_columns(name: str, form: Form) -> dict[str, pl.DataType]:
    """The columns of the typed frame that a field becomes; its own kommune's number becomes none: it is the file's."""
    match form:
        case Form.EGEN_KOMMUNE:
            return {}
        case Form.PERSONNUMMER:
            return {name: pl.UInt32(), TEXT_OF_PERSON.format(name): pl.String()}
        case Form.DATO:
            return {name: pl.Date()}
    return {name: pl.String()}


def longest_of(form: Form, max_length: int | None, values: tuple[str, ...]) -> int | None:
    """The most characters a value may have, None: no limit."""
    if form is Form.VALG:
        return max(map(len, values))
    return max_length or _LENGTH.get(form)


def pattern_of(form: Form, digits: int, values: tuple[str, ...]) -> str | None:
    """What a value must match, None for texts, dates and what is looked up. ASCII digits spelt out: ``\\d`` matches every script's."""
    match form:
        case Form.KOMMUNE:
            return r"^[0-9]{3}$"
        case Form.CIFRE:
            return rf"^[0-9]{{1,{digits}}}$"
        case Form.CIFERPAR:
            return rf"^(?:[0-9]{{2}}){{1,{digits // 2}}}$"
        case Form.FASTE_CIFRE:
            return rf"^[0-9]{{{digits}}}$"
        case Form.VALG:
            return f"^(?:{'|'.join(values)})$"
        case Form.PUNKTKODER:
            return f"^{_PUNKTKODE}(?:[ \u00a0]+{_PUNKTKODE})*$"
        case Form.UUID:
            return "^" + "-".join(f"{_HEX}{{{count}}}" for count in (8, 4, 4, 4, 12)) + "$"
    return None


def words_of(form: Form, max_length: int | None, values: tuple[str, ...]) -> str:
    """The form in Danish, for a table."""
    match form:
        case Form.TEKST:
            return "tekst" if max_length is None else f"tekst, højst {max_length} tegn"
        case Form.CIFRE | Form.CIFERPAR | Form.FASTE_CIFRE:
            return _digits(form, max_length or 0)
        case Form.VALG:
            return _either(values)
        case Form.PUNKTKODER:
            return "koder af cifre med punktum imellem, adskilt af mellemrum"
        case Form.UUID:
            return "UUID: 8-4-4-4-12 hexadecimale cifre"
        case Form.KOMMUNE:
            return "kommunenummer, 3 cifre"
        case Form.EGEN_KOMMUNE:
            return "kommunenummer, 3 cifre, det samme som i filens navn"
        case Form.PERSONNUMMER:
            return "personnummer, 10 cifre, også skrevet DDMMÅÅ-XXXX"
        case Form.DATO:
            return "dato, ÅÅÅÅ-MM-DD"


def fault_of(form: Form, max_length: int | None, values: tuple[str, ...]) -> str | None:
    """What a value of another form should be (``FELT``), behind the field's label; None where the code says enough."""
    match form:
        case Form.TEKST if max_length is not None:
            return f"må højst være {max_length} tegn."
        case Form.CIFRE | Form.CIFERPAR | Form.FASTE_CIFRE | Form.VALG | Form.PUNKTKODER:
            return f"skal være {words_of(form, max_length, values)}."
        case Form.UUID:
            return "skal være en UUID, 8-4-4-4-12 hexadecimale cifre."
    return None


def _digits(form: Form, digits: int) -> str:
    if form is Form.CIFRE and digits > 1:
        return f"1-{digits} cifre"
    if form is Form.CIFERPAR:
        return f"{_either([str(count) for count in range(2, digits + 1, 2)])} cifre"
    return f"{digits} cifre" if digits > 1 else "1 ciffer"


def _either(words: tuple[str, ...] | list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} eller {last}" if most else last
