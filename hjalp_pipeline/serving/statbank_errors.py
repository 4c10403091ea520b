"""What the StatBank's API answers when it cannot do what was asked: a code, and a sentence in the caller's language."""

from hjalp_pipeline.publishing.table import Language, Text


class Refused(Exception):
    """``code`` and ``text`` as the StatBank has them; ``status`` of HTTP."""

    def __init__(self, status: int, code: str, text: Text) -> None:
        """``text``: the sentence in both languages."""
        super().__init__(code)
        self.status, self.code, self.text = status, code, text

    def body(self, language: Language) -> dict[str, str]:
        """What is sent."""
        return {"errorTypeCode": self.code, "message": getattr(self.text, language)}


def no_table() -> Refused:
    """There is no such table, or none yet."""
    return Refused(404, "EXTRACT-NOTFOUND", Text("Tabellen blev ikke fundet", "The table was not found"))


def no_subject(code: str) -> Refused:
    """There is no such subject."""
    return Refused(400, "EXTRACT-NOTFOUND", Text(f"Kan ikke finde emnet: {code}", f"Cannot find the subject: {code}"))


def no_variable(code: str) -> Refused:
    """The table has no such variable."""
    return Refused(
        400, "EXTRACT-NOTFOUND", Text(f"Kan ikke finde variablen: {code}", f"Cannot find the variable: {code}")
    )


def no_value(value: str, variable: str) -> Refused:
    """The variable has no such value, or the pattern finds none."""
    return Refused(
        400,
        "EXTRACT-NOTFOUND",
        Text(f"Kan ikke finde værdien: {value} ({variable})", f"Cannot find the value: {value} ({variable})"),
    )


def must_be_chosen(variable: str) -> Refused:
    """The variable cannot be left out."""
    return Refused(
        400,
        "EXTRACT-NOTALLOWED",
        Text(f"Der skal vælges værdier for variabel: {variable}", f"Values must be selected for variable: {variable}"),
    )


def no_sums(what: str) -> Refused:
    """Figures are given as they were published, not added up."""
    return Refused(
        400,
        "EXTRACT-NOTALLOWED",
        Text(
            f"Beregninger tilbydes ikke her, kun de offentliggjorde tal: {what}",
            f"Calculations are not offered here, only the published figures: {what}",
        ),
    )


def no_time_order() -> Refused:
    """A streamed format has no order of time."""
    return Refused(
        400,
        "EXTRACT-STREAMINGTIMESORT",
        Text(
            "Der kan ikke vælges sortering af tid for streamede formater.",
            "The order of time cannot be selected for streamed formats.",
        ),
    )


def too_many(cells: int, most: int) -> Refused:
    """More cells than a format that is not streamed may have."""
    da, en = (f"{cells:,}", f"{most:,}"), (f"{cells:,}", f"{most:,}")
    da = (da[0].replace(",", "."), da[1].replace(",", "."))
    return Refused(
        400,
        "REQUEST-LIMIT",
        Text(
            f"Forespørgslen på op mod {da[0]} celler er over begrænsningen på {da[1]} celler for denne filtype. Anvend BULK.",
            f"The request for up to {en[0]} cells is above the limit of {en[1]} cells for this type of file. Use BULK.",
        ),
    )


def too_many_values(variable: str, most: int) -> Refused:
    """More values or patterns of a variable than there can be reason for."""
    return Refused(
        400,
        "REQUEST-LIMIT",
        Text(
            f"Der er nævnt for mange værdier eller mønstre for variabel: {variable}, højst {most}",
            f"Too many values or patterns are named for variable: {variable}, at most {most}",
        ),
    )


def missing(da: str, en: str) -> Refused:
    """Something that must always be given was not."""
    return Refused(400, "REQUEST-MISSING", Text(da, en))


def not_offered(what: str, offered: str) -> Refused:
    """A format the StatBank has and we have not."""
    return Refused(
        400,
        "EXTRACT-NOTALLOWED",
        Text(
            f"Formatet {what} tilbydes ikke her, kun {offered}",
            f"The format {what} is not offered here, only {offered}",
        ),
    )


def wrong(name: str, value: str, one_of: str) -> Refused:
    """An option with a value it cannot have."""
    return Refused(
        400,
        "REQUEST-INVALID",
        Text(f"{name} kan ikke være {value}, kun {one_of}", f"{name} cannot be {value}, only {one_of}"),
    )


def empty() -> Refused:
    """A body that is none, or no JSON object."""
    return Refused(400, "REQUEST-EMPTY", Text("Forespørgslen er tom", "The request is empty"))


def too_long() -> Refused:
    """A request longer than anything that can be asked."""
    return Refused(413, "REQUEST-LIMIT", Text("Forespørgslen er for lang", "The request is too long"))


def no_function() -> Refused:
    """No such address."""
    return Refused(404, "REQUEST-NOTFOUND", Text("Funktionen blev ikke fundet", "The function was not found"))


def no_method() -> Refused:
    """An address that does not take this."""
    return Refused(405, "REQUEST-NOTALLOWED", Text("Kun GET og POST", "GET and POST only"))


def not_now() -> Refused:
    """A table that is out and cannot be given as it was published."""
    return Refused(
        503,
        "SERVER-UNAVAILABLE",
        Text("Tabellen kan ikke leveres lige nu", "The table cannot be delivered at the moment"),
    )


def too_often() -> Refused:
    """More requests than an address may make."""
    return Refused(429, "REQUEST-LIMIT", Text("For mange forespørgsler", "Too many requests"))


def too_many_at_a_time() -> Refused:
    """More requests than are answered at a time."""
    return Refused(503, "SERVER-UNAVAILABLE", Text("Der er travlt: prøv igen om lidt", "Busy: try again in a moment"))


def our_fault() -> Refused:
    """What nobody foresaw."""
    return Refused(500, "SERVER-ERROR", Text("Der er sket en fejl hos os", "Something went wrong here"))
