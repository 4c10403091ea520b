"""One version of a record's layout: its fields with form, length and whether they are required, and what follows from them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import polars as pl

#: A sheet of a workbook is read to column Z (``unzip_check``).
MAX_FIELDS = 26


class Form(StrEnum):
    """What a field holds."""

    TEKST = "tekst"
    CIFRE = "cifre"
    CIFERPAR = "ciferpar"
    KOMMUNE = "kommune"
    EGEN_KOMMUNE = "egen_kommune"
    PERSONNUMMER = "personnummer"
    DATO = "dato"


#: Forms the statistic counts on, whatever the version.
_FIXED_FORM = {
    "komnr_indberetter": Form.EGEN_KOMMUNE,
    "pnr": Form.PERSONNUMMER,
    "udleveringsdato": Form.DATO,
    "indleveringsdato": Form.DATO,
}
#: Fields without which a record is no loan, whatever the version.
_NEEDED = frozenset({"udlaan_id", "pnr", "udleveringsdato"})
_LENGTH = {Form.KOMMUNE: 3, Form.EGEN_KOMMUNE: 3, Form.DATO: 10}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: Columns the program makes itself.
_TAKEN = frozenset({"post", "pnr_tekst", "record"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``max_length`` (None: free, or given by the form) is in characters, of code fields in digits.

    ``nillable``: an element of xml may say ``xsi:nil="true"`` in place of being left out.
    """

    name: str
    form: Form
    max_length: int | None
    required: bool
    label: str
    text_da: str
    text_en: str
    example: str
    nillable: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError naming the field when its parts do not fit together."""
        takes_length = self.form in (Form.TEKST, Form.CIFRE, Form.CIFERPAR)
        if (
            not _NAME.fullmatch(self.name)
            or self.name in _TAKEN
            or (self.max_length is None and self.form in (Form.CIFRE, Form.CIFERPAR))
            or (self.max_length is not None and (not takes_length or self.max_length < 1))
            or (self.form is Form.CIFERPAR and self.digits % 2)
            or (self.form is Form.PERSONNUMMER and self.name != "pnr")
            or self.form is not _FIXED_FORM.get(self.name, self.form)
            or (self.name in _NEEDED and not self.required)
            or (self.required and self.nillable)
        ):
            raise ValueError(f"the field {self.name!r} has a form, length or requirement that cannot be")

    @property
    def digits(self) -> int:
        """The most digits of a code field."""
        return self.max_length or 0

    @property
    def length(self) -> int | None:
        """The most characters the field may have, None: no limit."""
        return self.max_length or _LENGTH.get(self.form)

    @property
    def pattern(self) -> str | None:
        """What a code field must match, None for other forms. ASCII digits spelt out: ``\\d`` matches those of every script."""
        match self.form:
            case Form.KOMMUNE:
                return r"^[0-9]{3}$"
            case Form.CIFRE:
                return rf"^[0-9]{{1,{self.digits}}}$"
            case Form.CIFERPAR:
                return rf"^(?:[0-9]{{2}}){{1,{self.digits // 2}}}$"
        return None

    @property
    def form_text(self) -> str:
        """The form in Danish, for a table."""
        match self.form:
            case Form.TEKST:
                return "tekst" if self.max_length is None else f"tekst, højst {self.max_length} tegn"
            case Form.CIFRE | Form.CIFERPAR:
                return self._digits_text
            case Form.KOMMUNE:
                return "kommunenummer, 3 cifre"
            case Form.EGEN_KOMMUNE:
                return "kommunenummer, 3 cifre, det samme som i filens navn"
            case Form.PERSONNUMMER:
                return "personnummer, 10 cifre, også skrevet DDMMÅÅ-XXXX"
            case Form.DATO:
                return "dato, ÅÅÅÅ-MM-DD"

    @property
    def fault_text(self) -> str | None:
        """What is wrong with a value of another form (``FELT``), as a sentence; None where the code says enough."""
        match self.form:
            case Form.TEKST if self.max_length is not None:
                return f"{self.label} må højst være {self.max_length} tegn."
            case Form.CIFRE | Form.CIFERPAR:
                return f"{self.label} skal være {self._digits_text}."
        return None

    @property
    def _digits_text(self) -> str:
        if self.form is Form.CIFRE:
            return f"1-{self.digits} cifre" if self.digits > 1 else "1 ciffer"
        *most, last = range(2, self.digits + 1, 2)
        return f"{', '.join(map(str, most))} eller {last} cifre" if most else f"{last} cifre"


@dataclass(frozen=True, eq=False)
class Layout:
    """The fields of a version, in their order; two layouts are the same only when they are one object."""

    version: int
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        """Raise ValueError when a name comes twice, a field no record can do without is missing, or there are too many."""
        if len(set(self.names)) != len(self.names) or not set(self.names) >= _NEEDED or len(self.names) > MAX_FIELDS:
            raise ValueError(f"version {self.version} of the layout has fields twice, too many, or lacks one it needs")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The fields' names in their order."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def text_schema(self) -> pl.Schema:
        """A chunk as the readers yield it: the delivered text, null when absent or empty."""
        return pl.Schema(dict.fromkeys(self.names, pl.String()))

    @property
    def xsd_name(self) -> str:
        """The file name of the version's schema."""
        return f"leverance-{self.version}.xsd"

    def of_form(self, *forms: Form) -> list[str]:
        """Names of the fields of some forms, in their order."""
        return [field.name for field in self.fields if field.form in forms]
