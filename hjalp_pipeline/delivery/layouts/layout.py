"""One version of a record's layout: its fields with form, length and whether they are required, and what follows from them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.layouts.forms import (
    FREE_LENGTH,
    Form,
    fault_of,
    longest_of,
    pattern_of,
    typed_columns,
    words_of,
)

#: A sheet of a workbook is read to column Z (``unzip_check``).
MAX_FIELDS = 26
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_VALUE = re.compile(r"[0-9A-Za-z]+")
#: Columns the program puts beside those of the fields.
_TAKEN = frozenset({"post", "record", "system", "raekke", "kvartal"})


class LayoutError(ValueError):
    """A field or a layout that cannot be; says which rule it breaks."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``max_length`` (None: free, or given by the form) is in characters, of code fields in digits.

    ``nillable``: an element of xml may say ``xsi:nil="true"`` in place of being left out. ``values``: all that a ``VALG`` takes.
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
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise LayoutError naming the field and the rule it breaks."""
        for rule, broken in {
            "a name is small letters, digits and _": not _NAME.fullmatch(self.name),
            "the program has a column of that name": self.name in _TAKEN,
            f"the form {self.form} has a length of its own": self.max_length and self.form not in FREE_LENGTH,
            "a length is 1 or more": self.max_length is not None and self.max_length < 1,
            f"the form {self.form} needs a length": (
                self.max_length is None and self.form in FREE_LENGTH - {Form.TEKST}
            ),
            "pairs of digits have an even length": self.form is Form.CIFERPAR and self.digits % 2,
            "the form valg, and no other, needs its values": (self.form is Form.VALG) != bool(self.values),
            "a value is letters and digits": not all(map(_VALUE.fullmatch, self.values)),
            "a required field may not be nil": self.required and self.nillable,
        }.items():
            if broken:
                raise LayoutError(f"the field {self.name!r} cannot be: {rule}")

    @property
    def digits(self) -> int:
        """The most digits of a code field."""
        return self.max_length or 0

    @property
    def length(self) -> int | None:
        """The most characters the field may have, None: no limit."""
        return longest_of(self.form, self.max_length, self.values)

    @property
    def pattern(self) -> str | None:
        """What a code field must match, None for other forms."""
        return pattern_of(self.form, self.digits, self.values)

    @property
    def typed(self) -> dict[str, pl.DataType]:
        """The columns of the typed frame it becomes."""
        return typed_columns(self.name, self.form)

    @property
    def is_checked(self) -> bool:
        """Whether there are values of another form than the field's: of a free text and a person number (R4) there are not."""
        return self.form is not Form.PERSONNUMMER and (self.form is not Form.TEKST or self.max_length is not None)

    @property
    def form_text(self) -> str:
        """The form in Danish, for a table."""
        return words_of(self.form, self.max_length, self.values)

    @property
    def fault_text(self) -> str | None:
        """What is wrong with a value of another form (``FELT``), as a sentence; None where the code says enough."""
        fault = fault_of(self.form, self.max_length, self.values)
        return fault and f"{self.label} {fault}"


@dataclass(frozen=True, eq=False)
class Declaration:
    """What all versions of a statistic's layout have in common: the names around the records, and the fields it counts on.

    ``statistic``: its Danish name, as receipts have it; ``things``, ``the_things``: what its records are (*besøg*,
    *besøgene*); ``record_da``: what one is, in a sentence; ``id_da``: what the id is called. ``record``: the element of a
    record in xml, inside ``root``. ``id``: the field whose value names a record of a system.
    ``needed``: fields without which a record is none: every version has them, required. ``forms``: what a field is in
    every version that has it. ``span_due``: month and day by which everything up to the end of the year before
    must be in. The person number and the sender's own kommune are known by their forms.

    ``look``: counts, by code, the good records (typed frame) of a delivery received on a day that are odd and not wrong;
    ``remarks``: the sentences of these codes.
    """

    record: str
    period: type[Period]
    id: str
    needed: frozenset[str]
    forms: Mapping[str, Form] = field(default_factory=dict)
    root: str = "leverance"
    statistic: str = ""
    things: str = "poster"
    the_things: str = "posterne"
    record_da: str = ""
    id_da: str = "Id"
    span_due: tuple[int, int] | None = None
    look: Callable[[pl.DataFrame, date], dict[str, int]] = lambda _frame, _received: {}
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_sentence(self) -> str:
        """Its Danish name inside a sentence."""
        return self.statistic[:1].lower() + self.statistic[1:]


@dataclass(frozen=True, eq=False)
class Layout:
    """The fields of a version, in their order; two layouts are the same only when they are one object.

    ``family``: the fields of all versions, this one's included, each as it was first; the typed frame has a place for all.
    """

    version: int
    fields: tuple[Field, ...]
    declaration: Declaration
    family: tuple[Field, ...]

    def __post_init__(self) -> None:
        """Raise LayoutError when no record can be of this layout, or the statistic could not use it."""
        declared = self.declaration
        wrong = [
            name
            for name, form in declared.forms.items()
            if name in self.by_name and self.by_name[name].form is not form
        ]
        lost = [
            name
            for name in sorted({declared.id, *declared.needed})
            if name not in self.by_name or not self.by_name[name].required
        ]
        persons = self.of_form(Form.PERSONNUMMER)
        typed = [column for one in self.family for column in one.typed]
        for rule, broken in {
            "a field comes twice": len(self.by_name) != len(self.fields) or len(set(typed)) != len(typed),
            f"at most {MAX_FIELDS} fields": len(self.fields) > MAX_FIELDS,
            f"the statistic needs {', '.join(lost)}, required": lost,
            f"the statistic counts on another form of {', '.join(wrong)}": wrong,
            "one required field, and no more, is the person number": (
                len(persons) != 1 or not self.by_name[persons[0]].required
            ),
            "a field is called as an element around it": {declared.record, declared.root} & set(self.names),
        }.items():
            if broken:
                raise LayoutError(f"version {self.version} of the layout cannot be: {rule}")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The fields' names in their order."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def person(self) -> str:
        """The field that holds the person number."""
        return self.of_form(Form.PERSONNUMMER)[0]

    @cached_property
    def text_schema(self) -> pl.Schema:
        """A chunk as the readers yield it: the delivered text, null when absent or empty."""
        return pl.Schema(dict.fromkeys(self.names, pl.String()))

    @cached_property
    def typed_schema(self) -> pl.Schema:
        """The typed frame, the same for all versions: ``post`` is the record's number in the file, then what the fields become.

        Of a person number's two columns exactly one is set; a field that the version does not have is null.
        """
        columns: dict[str, pl.DataType] = {"post": pl.UInt32()}
        for one in self.family:
            columns |= one.typed
        return pl.Schema(columns)

    @property
    def xsd_name(self) -> str:
        """The file name of the version's schema."""
        return f"{self.declaration.root}-{self.version}.xsd"

    def of_form(self, *forms: Form) -> list[str]:
        """Names of the fields of some forms, in their order."""
        return [field.name for field in self.fields if field.form in forms]
