"""What people write, read by the types that stand for it: every fault at once, each with the key it is at and the rule in words.

A type is a dataclass; a field says by its type what may stand there and, in a ``Says``, what is told when something else does.
Knows nothing of this statistic. Pydantic does the checking.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, TypeVar, get_type_hints

from pydantic import AfterValidator, GetCoreSchemaHandler, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

T = TypeVar("T")
#: A text without blanks around it, never empty.
Sentence = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]


class Faults(Exception):
    """What is wrong with something that was read: key (with dots, of a value inside) and rule of each fault."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        """In the order of the keys."""
        self.faults = faults
        super().__init__("; ".join(f"{key}: {rule}" if key else rule for key, rule in faults))


@dataclass(frozen=True, slots=True)
class Says:
    """What is told of a value that cannot be read; a check that raises ValueError, here or further inside, has its own words.

    ``shown``: the value is told too.
    """

    rule: str
    shown: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], CoreSchema]) -> CoreSchema:
        """How Pydantic asks for the check."""
        return core_schema.no_info_wrap_validator_function(self._check, handler(source))

    def _check(self, value: Any, inner: Callable[[Any], Any]) -> Any:
        try:
            return inner(value)
        except ValidationError as fault:
            if all(error["type"] == "value_error" for error in fault.errors(include_url=False)):
                raise
            raise ValueError(f"{self.rule}, not {value!r}" if self.shown else self.rule) from None


@dataclass(frozen=True, slots=True)
class Written:
    """A field that stands in JSON as something else: as what, and how it is read from that and written as it."""

    kind: Any
    read: Callable[[Any], object]
    write: Callable[[Any], object]

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """How Pydantic asks for the check."""
        written = core_schema.plain_serializer_function_ser_schema(self.write)
        return core_schema.no_info_after_validator_function(
            self.read, handler.generate_schema(self.kind), serialization=written
        )


@dataclass(frozen=True, slots=True)
class Holds:
    """In words what may stand in a field. ``empty``: what a field without anything means, None where it must hold something."""

    words: str
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What a field is for, a sentence for the person who fills it in. ``sample``: how it may be filled in."""

    words: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """A field as people are told of it, from its ``Holds`` (or what it ``Says``) and its ``Means``."""

    name: str
    holds: str
    empty: str | None
    means: str
    sample: str
    required: bool


def described(kind: type) -> tuple[Described, ...]:
    """The fields of a dataclass in words, in their order; of several of a sort the outermost counts."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_described(field, getattr(hints[field.name], "__metadata__", ())) for field in fields(kind))


def _described(field: Any, said: tuple[object, ...]) -> Described:
    says = [one.rule.removeprefix("must be ") for one in said if isinstance(one, Says)]
    holds = [one for one in said if isinstance(one, Holds)] or [Holds(says[-1] if says else "text")]
    means = [one for one in said if isinstance(one, Means)] or [Means("")]
    return Described(field.name, holds[-1].words, holds[-1].empty, means[-1].words, means[-1].sample, _required(field))


def parsed(parse: Callable[[Any], object]) -> AfterValidator:
    """What ``parse`` makes of a value; ValueError: it cannot, and the field ``Says`` so."""

    def read(value: Any) -> object:
        try:
            return parse(value)
        except ValueError:
            raise PydanticCustomError("form", "has another form") from None

    return AfterValidator(read)


def checked(kind: type[T], content: Mapping[str, object], what: str, context: object = None, **given: object) -> T:
    """A ``kind`` from what was written; Faults tells everything that is wrong with it.

    ``given``: fields that are not written, in the order of the dataclass the first; ``what`` the keys belong to, in words;
    ``context``: what the checks of the fields are told.
    """
    keys = [field.name for field in fields(kind) if field.name not in given]  # type: ignore[arg-type]
    unknown = sorted(set(content) - set(keys))
    # A key that is missing is one that holds nothing: what belongs there is said either way.
    empty = {field.name: None for field in fields(kind) if _required(field)}  # type: ignore[arg-type]
    known = {key: value for key, value in content.items() if key in keys}
    faults = [(key, f"is not a key of {what} ({', '.join(sorted(keys))})") for key in unknown]
    try:
        found = from_json(kind, {**empty, **known, **given}, context)
    except Faults as fault:
        faults = [*fault.faults, *faults]
    if faults:
        raise Faults(faults)
    return found


def from_json(kind: type[T], content: object, context: object = None) -> T:
    """A ``kind`` from what ``as_json`` made of it, keys that it does not know left out; Faults tells what is wrong."""
    try:
        found: T = _adapter(kind).validate_python(content, context=context)
    except ValidationError as fault:
        raise Faults([_told(error) for error in fault.errors(include_url=False)]) from None
    return found


def as_json(kind: type[T], value: T) -> Any:
    """A ``kind`` as plain values, ready for JSON."""
    return _adapter(kind).dump_python(value, mode="json")


def _required(field: Any) -> bool:
    return repr(field.default) == repr(field.default_factory)  # both MISSING


def _told(error: Any) -> tuple[str, str]:
    """Key and rule of one fault; of a key inside a table Pydantic says that it is one."""
    place = ".".join(str(part) for part in error["loc"] if part != "[key]")
    return place, str(error["ctx"]["error"]) if error["type"] == "value_error" else str(error["msg"])


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return _adapter_of(kind)


_adapter_of = cache(TypeAdapter[Any])  # made when first needed, once
