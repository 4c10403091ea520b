"""What each kind of reader could find out of a release, in Danish sentences for whoever signs it (R11).

Another kind of reader is another function here; what was not examined says so.
"""

from collections.abc import Mapping, Sequence

from hjalp_pipeline.confidentiality.attack import Insider
from hjalp_pipeline.confidentiality.signing import Reader
from hjalp_pipeline.confidentiality.transparency import Transparency

#: Whether it is proven that no table that agrees can be ruled out.
_RULED_OUT = {
    True: "Ingen tabel, der stemmer med det offentliggjorte, kan udelukkes.",
    False: "At ingen tabel kan udelukkes, er ikke bevist her, hvor også kommuner, enkeltpersoner eller tidligere udgivelser er taget med. "
    "Det er det kun for en første udgivelse, hvis tal alene er beskyttet mod udenforstående (protect_kommuner = false).",
}


def outsider(counts: Mapping[str, Mapping[str, int]]) -> Reader:
    """Somebody who has all that is published, by the ``counts`` of every table."""
    exact, small = (sum(row[key] for row in counts.values()) for key in ("exact", "told_small"))
    finds = (
        f"Kan beregne {_cells(exact)} og se om {_cells(small)}, at tallet er lille."
        if exact or small
        else "Kan ikke beregne nogen skjult celle og ikke se om nogen, at den er lille."
    )
    return Reader("En udenforstående", "Intet ud over det, der er offentligt.", finds, open=bool(exact or small))


def kommune(names: Sequence[Sequence[str]] | None) -> Reader:
    """A kommune that knows its own figures; ``names``: the cells that one of them, and no outsider, can tell; None: not examined."""
    who, knows = "En kommune, der er med", "Alle sine egne tal i alle udgivelser."
    if names is None:
        return Reader(who, knows, "Kontrollen har ikke prøvet det i denne udgivelse.", open=None)
    finds = (
        f"Nogle kommuner kan se mere om {_cells(len(names))}. De står på listerne ovenfor med de kommuner, der kan."
        if names
        else "Ingen kommune kan beregne en anden kommunes eller landets skjulte celler, og ingen kan se, at de er små."
    )
    return Reader(who, knows, finds, open=bool(names))


def persons(found: Sequence[Insider] | None, examined: int, alone: int) -> Reader:
    """Whoever is alone in a hidden cell; ``examined`` of ``alone`` of them were tried, None where nobody was."""
    who, knows = "En person, der er alene i en celle", "At cellen er 1, fordi det er personen selv."
    if found is None:
        return Reader(who, knows, "Kontrollen har ikke prøvet det i denne udgivelse.", open=None)
    broken = {cell for insider in found for cell in insider.breaks}
    finds = (
        f"{len(found)} {'person' if len(found) == 1 else 'personer'} kan med den viden bryde beskyttelsen af {_others(len(broken))}. "
        "Det indgår ikke i afgørelsen ovenfor."
        if found
        else "Ingen kan med den viden bryde beskyttelsen af en anden celle."
    )
    rest = f" Undersøgt er {examined} af {alone}." if alone > examined else ""
    return Reader(who, knows, finds + rest, open=bool(found))


def kept_from_persons(names: Sequence[Sequence[str]]) -> Reader:
    """Whoever is alone in a hidden cell, or one of two, where figures are kept from them; ``names``: what one of them can tell."""
    who, knows = "En person, der er alene i en celle, eller to, der er sammen i en", "At cellen er 1 eller 2."
    finds = (
        f"Nogle kan se mere om {_cells(len(names))}. De står på listerne ovenfor."
        if names
        else "Ingen kan beregne en anden skjult celle, og ingen kan se, at en anden er lille."
    )
    return Reader(who, knows, finds, open=bool(names))


def program(found: Transparency | None) -> Reader:
    """Whoever runs the program, which is public, on every table that agrees; ``found``: the audit; None: there is no key."""
    who, knows = "Den, der kører programmet", "Programmet og dets indstillinger, men ikke kontorets nøgle."
    if found is None:
        finds = (
            "Udgivelsen er lavet uden kontorets nøgle. Programmet skjuler altid de samme celler i de samme tal, så den, der kører det på "
            "andre tabeller, kan udelukke nogle af dem. Hvad det fortæller, er ikke prøvet."
        )
        return Reader("Den, der kører programmet", "Programmet og dets indstillinger.", finds, open=None)
    made = f"Udgivelsen er lavet med kontorets nøgle. {_RULED_OUT[found.proven]}"
    if not found.runs:
        return Reader(who, knows, f"{made} Hvor sandsynligt noget bliver ved det, er ikke prøvet.", open=None)
    told, bound = found.betrayed(found.bound), found.bound
    likely = (
        f"{_cells(len(told))} bliver ved det mere end {bound:.0%} sandsynligt under 3."
        if told
        else f"Ingen {'prøvet' if found.untried else 'skjult'} celle bliver ved det mere end {bound:.0%} sandsynligt under 3."
    )
    which = "alle tabeller" if found.whole else "en stikprøve af tabellerne"
    finds = f"{made} {likely} Undersøgt er {which}, med {found.runs} kørsler af programmet under andre nøgler."
    if found.untried:
        finds += f" {_cells(found.untried)} er ikke prøvet."
    return Reader(who, knows, finds, open=bool(told))


def program_of_links() -> Reader:
    """Whoever runs the program on tables that add up to each other, which no key hides."""
    finds = (
        "Tabeller, der summer til hinanden, skjules uden nøgle. Programmet skjuler altid de samme celler i de samme tal, så den, der "
        "kører det på andre tabeller, kan udelukke nogle af dem. Hvad det fortæller, er ikke prøvet."
    )
    return Reader("Den, der kører programmet", "Programmet og dets indstillinger.", finds, open=None)


def _cells(number: int) -> str:
    return f"{number} {'celle' if number == 1 else 'celler'}"


def _others(number: int) -> str:
    return f"{number} {'anden celle' if number == 1 else 'andre celler'}"
