"""Codes of rejections and findings with their explanations for a kommune, in Danish (interfaces.md, "Delivery")."""

from enum import StrEnum

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Layout


class RejectionCode(StrEnum):
    """Why a delivery is rejected whole; nothing of it is used."""

    FILNAVN = "FILNAVN"
    UKENDT_AFSENDER = "UKENDT_AFSENDER"
    TEGNSAET = "TEGNSAET"
    XML_UGYLDIG = "XML_UGYLDIG"
    XLSX_UGYLDIG = "XLSX_UGYLDIG"
    KOLONNER = "KOLONNER"
    ANTAL = "ANTAL"
    TOM = "TOM"
    FOR_MANGE_FEJL = "FOR_MANGE_FEJL"


class FindingCode(StrEnum):
    """What is wrong with one field of one record; the record is left out, the rest of the delivery is used."""

    MANGLER = "MANGLER"
    DATO = "DATO"
    KOMNR = "KOMNR"
    FELT = "FELT"


class Remark(StrEnum):
    """What is odd about a delivery but not wrong: counted, told, and never a reason to leave a record out.

    What may be odd about the records of a statistic stands in its layout's declaration.
    """

    UTF8 = "TEGNSAET_UTF8"
    STRANGE_TEXT = "TEGN_FORVANSKET"
    SHEET_SIZE = "ANTAL_REGNEARK"
    HIDDEN_SHEET = "ARK_SKJULT"
    FEWER = "FAERRE_POSTER"
    FUTURE_NAME = "MODTAGET_FREMTID"


REMARK_TEXT: dict[str, str] = {
    Remark.UTF8: "Filens tegnsæt er aftalt eller angivet som Windows-1252 eller lignende, men dens særlige tegn er skrevet som UTF-8: "
    "kørestol står som kÃ¸restol. Dan filen i det rigtige tegnsæt, eller aftal UTF-8 med Danmarks Statistik.",
    Remark.STRANGE_TEXT: "En tekst indeholder tegn, der er gået tabt (\ufffd) eller er læst i et forkert tegnsæt (Ã¸ for ø).",
    Remark.SHEET_SIZE: "Antallet er præcis, hvad et regneark kan rumme. Kontrollér, at udtrækket ikke er skåret af.",
    Remark.HIDDEN_SHEET: "Arbejdsbogens første ark er skjult. Det er det ark, der er læst.",
    Remark.FEWER: "Leverancen har langt færre poster end systemets forrige. En leverance skal rumme alle poster tilbage i tid.",
    Remark.FUTURE_NAME: "Tidspunktet i filens navn ligger i fremtiden. Leverancen gælder, til tiden er gået, også når I sender en ny "
    "med det rigtige tidspunkt. Kontakt Danmarks Statistik.",
}

REJECTION_TEXT: dict[str, str] = {
    RejectionCode.FILNAVN: "Filens navn eller mappe har ikke den aftalte form.",
    RejectionCode.UKENDT_AFSENDER: "Kommune, system eller format er ikke anmeldt for dette kvartal.",
    RejectionCode.TEGNSAET: "Filen kan ikke læses i det aftalte tegnsæt.",
    RejectionCode.XML_UGYLDIG: "Filen er ikke gyldig XML efter det aftalte skema.",
    RejectionCode.XLSX_UGYLDIG: "Filen kan ikke læses som et regneark (xlsx), eller den fylder for meget udpakket.",
    RejectionCode.KOLONNER: "Kolonneoverskrifterne er ikke de aftalte.",
    RejectionCode.ANTAL: "Antallet af poster mangler eller passer ikke med filens indhold.",
    RejectionCode.TOM: "Filen indeholder ingen poster.",
    RejectionCode.FOR_MANGE_FEJL: "Mere end 5 procent af posterne har fejl.",
}

#: What to do about each, where a period stands ``{the}``, ``{noun}`` or ``{example}`` of it: see ``advice_on``.
REJECTION_ADVICE: dict[str, str] = {
    RejectionCode.FILNAVN: "Navngiv filen kommunenummer_system_tidspunkt, for eksempel 540_nexus_20250110T081500.csv, "
    "læg den i {the}s mappe (for eksempel {example}), og send den igen.",
    RejectionCode.UKENDT_AFSENDER: "Kontakt Danmarks Statistik, hvis I har skiftet system, leverandør eller format.",
    RejectionCode.TEGNSAET: "Dan filen igen i det tegnsæt, der er aftalt for jeres system, og send den på ny.",
    RejectionCode.XML_UGYLDIG: "Bed leverandøren danne filen efter kravspecifikationens skema (XSD), uden DTD og entiteter, og med "
    "kommune, {noun} og system som i filens navn. Send den på ny.",
    RejectionCode.XLSX_UGYLDIG: "Gem regnearket igen som en almindelig xlsx-fil uden adgangskode, og send den på ny.",
    RejectionCode.KOLONNER: "Ret overskrifterne i første linje, så de aftalte kolonner er der hver præcis én gang, og send filen på ny.",
    RejectionCode.ANTAL: "Filen er sandsynligvis afbrudt under dannelse eller overførsel. Dan den igen, og send den på ny.",
    RejectionCode.TOM: "Kontrollér udtrækket, og send en fil med alle poster.",
    RejectionCode.FOR_MANGE_FEJL: "Ret fejlene nedenfor i kildesystemet eller i udtrækket, og send hele filen på ny.",
}


def advice_on(code: str, period: type[Period]) -> str:
    """What to do about a rejected delivery for a kind of period; empty for a code that is none."""
    return REJECTION_ADVICE.get(code, "").format(the=period.the_da, noun=period.noun_da, example=period.example)


FINDING_TEXT: dict[str, str] = {
    FindingCode.MANGLER: "Feltet skal være udfyldt.",
    FindingCode.DATO: "Datoen findes ikke eller er ikke skrevet som ÅÅÅÅ-MM-DD.",
    FindingCode.KOMNR: "Kommunenummeret er ikke tre cifre, eller det er ikke den indberettende kommunes.",
    FindingCode.FELT: "Feltets form er ikke den aftalte.",
}
MISSHAPEN_TEXT = "Posten har for få eller for mange felter, eller dens anførselstegn passer ikke."


_CODE_OF_FORM = {Form.KOMMUNE: FindingCode.KOMNR, Form.EGEN_KOMMUNE: FindingCode.KOMNR, Form.DATO: FindingCode.DATO}


def code_of_form(form: Form) -> FindingCode:
    """The finding for a value of another form than the field's."""
    return _CODE_OF_FORM.get(form, FindingCode.FELT)


def finding_text(layout: Layout, field: str, code: str) -> str:
    """Explain one finding in Danish; the field decides where the code alone (``FELT``) would say too little."""
    text = None
    if code == FindingCode.FELT:
        known = layout.by_name.get(field)
        text = MISSHAPEN_TEXT if field == "" else known and known.fault_text
    return text or FINDING_TEXT[code]


class Rejected(Exception):
    """A delivery that is rejected whole, while it is being read.

    ``detail`` is Danish and made by this package alone, never a value from the file nor a message of a parser (those
    may quote one). ``records`` is how many records were seen until then.
    """

    def __init__(self, code: RejectionCode, detail: str | None = None, records: int = 0) -> None:
        """Keep code, detail and count; the message of the exception is the code and the detail."""
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
        self.records = records


#: A larger number might be a person's.
_TOLD_BELOW = 10**8


def not_the_count(records: int, where: str, said: int) -> str:
    """The sentence of a delivery with another number of records than ``where`` says, which is repeated when it can be a count."""
    other = f"men {where} siger {said}" if 0 <= said < _TOLD_BELOW else f"og det er ikke antallet i {where}"
    return f"Filen indeholder {records} poster, {other}."
