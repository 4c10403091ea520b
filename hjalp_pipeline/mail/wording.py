"""What has happened, as a mail to the office tells it. Pure: facts in, subject and Danish text out.

A mail leaves the house. So it holds counts and names of kommuner, states, codes with their sentence, names of runs and
releases, and links to the office's pages, where the rest stands: no figure of the statistic, no word of a delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hjalp_pipeline.codelists.periods import MONTHS, Period
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.inbox.gate_state import Status
from hjalp_pipeline.production.release.embargo import Held
from hjalp_pipeline.production.release.pins import Gate
from hjalp_pipeline.production.release.release_calendar import CALENDAR
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import typed

#: Stands in a text for the address of the web server, which is read when the mail is sent.
ADDRESS = "{address}"
#: What each status means, in the words of the mails.
STATES: dict[Status, str] = {
    "delivered": "inde",
    "covered": "dækket af en anden kommune",
    "partial": "delvis inde, et system mangler",
    "newest_rejected": "nyeste leverance er afvist, en ældre bruges",
    "stale": "har leveret, ikke kørt endnu",
    "missing": "mangler",
    "rejected": "afvist",
    "not_yet_in": "ikke med endnu",
}
#: Whom somebody waits for, in the order in which they are named.
_NAMED: tuple[Status, ...] = ("missing", "rejected", "newest_rejected", "partial", "stale")
#: Why a release is refused, by the gate that is closed.
CLOSED: dict[Gate, str] = {
    Gate.DEFINITION: "Definitionens datoer, år eller udgivelser passer ikke sammen, eller den kan ikke læses.",
    Gate.APPROVALS: "I et af årene deltager ingen kommune, eller en beslutning er ændret siden.",
    Gate.POPULATION: "Registerudtrækket er ikke helt, eller befolkningen for et af årene mangler.",
    Gate.DELIVERIES: "En kommune, der deltager, har ingen gældende leverance, eller perioden skal køres først.",
    Gate.LEDGER: "Regnskabet over rækker stemmer ikke, eller et datatrin holder ikke sin kontrakt.",
    Gate.CROSS_PRODUCT: "En tabel mangler en kombination af koder, eller den holder ikke sin kontrakt.",
    Gate.MOVES: "Et tal har flyttet sig mere, end definitionen tillader, uden en forklaring i explanations.csv.",
    Gate.CONFIDENTIALITY: "Et skjult felt kan regnes ud, selv om det kunne være beskyttet.",
    Gate.UNCHANGED: "Noget, der er udgivet eller indgår, er ikke længere, som det var.",
}
#: What keeps a release closed whose time has come.
HELD: dict[Held, str] = {
    Held.UNCONFIRMED: f"Dens dag er ikke bekræftet i {CALENDAR.place}.",
    Held.MISREAD: f"Dens linje i {CALENDAR.place}, eller hele listen, kan ikke læses: `{{check}}` siger hvorfor.",
    Held.BEHIND: "Dens sider viser tal fra en udgivelse, der selv er lukket endnu: den skal åbnes først.",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it has an address. ``keys``: the events it tells, each of which is told once."""

    keys: tuple[str, ...]
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A kommune as a mail names it; ``code``: of the rejection of its newest delivery, if any; ``deadline``: its own."""

    komnr: str
    kommune: str
    status: Status
    code: str | None
    deadline: date


def failed_run(
    statistic: str, run_id: str, job: str, partition: str | None, *, steps: Sequence[str], at: datetime
) -> Letter:
    """A run that has failed, with the steps that did. What they said stands on its page alone."""
    what = f"{job} ({safe_name(partition)})" if partition else job
    where = (
        [f"Trin, der fejlede: {', '.join(steps)}."] if steps else ["Processen blev afbrudt, før noget trin fejlede."]
    )
    return Letter(
        (f"run/{run_id}",),
        f"{statistic}: kørslen {what} fejlede",
        _text(
            f"Kørslen {what} fejlede {_moment(at)}.",
            *where,
            "Intet er halvt færdigt: det, der stod før, står stadig.",
            "",
            f"Kørslen: {ADDRESS}/runs/{run_id}",
            *_office(statistic),
        ),
    )


def refused(statistic: str, run_id: str, release: str, gate: Gate, *, kommuner: Sequence[str], at: datetime) -> Letter:
    """A release that was not made; ``kommuner``: those that hold it back, where saying so tells nothing of a figure."""
    name = safe_name(release)
    return Letter(
        (f"run/{run_id}",),
        f"{statistic}: udgivelsen {name} er afvist ({gate.value})",
        _text(
            f"Udgivelsen {name} blev afvist {_moment(at)}. Intet er udgivet, og der er ingen mappe.",
            f"{gate.value}: {CLOSED[gate]}",
            *([f"Det gælder {_count(len(kommuner))}: {', '.join(kommuner)}."] if kommuner else []),
            "",
            f"Alle begrundelser: {ADDRESS}/runs/{run_id}",
            *_office(statistic),
        ),
    )


def turned_red(statistic: str, period: Period, reds: Sequence[tuple[str, Standing]]) -> Letter:
    """Kommuner of a period that were not red before, each with the key of its event."""
    kommuner = [one for _, one in reds]
    (first, *more) = kommuner
    who = f"{first.komnr} {first.kommune}" if not more else _count(len(kommuner))
    return Letter(
        tuple(key for key, _ in reds),
        f"{statistic}: {who} er blevet {'røde' if more else 'rød'}, {period.in_words}",
        _text(
            f"{who} er blevet {'røde' if more else 'rød'} i {period.in_words}:",
            "",
            *map(_line, kommuner),
            "",
            *_of_period(statistic, period),
        ),
    )


def deadline_morning(statistic: str, period: Period, kommuner: Sequence[Standing]) -> Letter:
    """The morning after the ordinary deadline: who is in, and who is missing."""
    taking_part = [one for one in kommuner if one.status != "not_yet_in"]
    by_status = {status: [one for one in taking_part if one.status == status] for status in STATES}
    inside = len(by_status["delivered"]) + len(by_status["covered"])
    lines = [f"{len(found):3} {STATES[status]}" for status, found in by_status.items() if found]
    named: list[str] = []
    for status in _NAMED:
        found = by_status[status]
        if found:
            named += ["", f"{STATES[status].capitalize()} ({len(found)}):", *(_short(one, period) for one in found)]
    return Letter(
        (f"deadline/{period}",),
        f"{statistic}: {inside} af {len(taking_part)} kommuner er inde, {period.in_words}",
        _text(
            f"Fristen for {period.in_words} var {_day(period.deadline)}. Af {_count(len(taking_part))}, der er med, er",
            "",
            *lines,
            *named,
            "",
            *_of_period(statistic, period),
            f"Rykkere: {ADDRESS}/kontor/{statistic}/reminders/overblik.html",
        ),
    )


def opened(statistic: str, release: str, publish_at: datetime) -> Letter:
    """A release that may be read by everybody now."""
    name = safe_name(release)
    return Letter(
        (f"opened/{name}",),
        f"{statistic}: udgivelsen {name} er åbnet",
        _text(
            f"Udgivelsen {name}, som skulle åbnes {_moment(publish_at)}, er åben for alle. Mikrodata er det ikke.",
            "",
            f"Kvalitetsdeklaration: {ADDRESS}/kontor/{statistic}/releases/{name}/kvalitet.html",
            *_office(statistic),
        ),
    )


def not_opened(statistic: str, release: str, publish_at: datetime, held: Held | None = None) -> Letter:
    """A release whose time has come and that is still closed; ``held``: what is known to keep it so."""
    name = safe_name(release)
    why = (
        HELD[held].format(check=typed("check", statistic))
        if held
        else f"Enten står sensoren, eller filerne er ikke, som de blev udgivet: `{typed('verify', statistic)} {name}` siger hvilke."
    )
    return Letter(
        (f"shut/{name}",),
        f"{statistic}: udgivelsen {name} er ikke åbnet",
        _text(
            f"Udgivelsen {name} skulle være åbnet {_moment(publish_at)} og er stadig lukket.",
            why,
            "",
            f"Sensorer: {ADDRESS}/automation",
            *_office(statistic),
        ),
    )


def trial(statistic: str, at: datetime) -> Letter:
    """What `hjalp mail --test` sends."""
    return Letter(
        ("trial",),
        f"{statistic}: prøve",
        _text(f"En prøve, sendt {_moment(at)}. Andre mails fra {statistic} kommer samme vej.", "", *_office(statistic)),
    )


def _line(one: Standing) -> str:
    late = f", fristen var {_day(one.deadline)}" if one.status == "missing" else ""
    return f"  {one.komnr} {one.kommune}: {STATES[one.status]}{late}{_why(one)}"


def _short(one: Standing, period: Period) -> str:
    extended = f", ny frist {_day(one.deadline)}" if one.deadline != period.deadline else ""
    return f"  {one.komnr} {one.kommune}{extended}{_why(one)}"


def _why(one: Standing) -> str:
    sentence = REJECTION_TEXT.get(one.code or "")
    return f" ({one.code}: {sentence})" if sentence else ""


def _of_period(statistic: str, period: Period) -> list[str]:
    page = f"{ADDRESS}/kontor/{statistic}"
    return [f"Kvitteringer: {page}/receipts/{period}/", f"Kort: {page}/kort/{period}.svg"]


def _office(statistic: str) -> list[str]:
    return [f"Kontorets sider: {ADDRESS}/kontor/{statistic}/"]


def _count(number: int) -> str:
    return f"{number} {'kommune' if number == 1 else 'kommuner'}"


def _day(day: date) -> str:
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def _moment(at: datetime) -> str:
    danish = at.astimezone(DANISH_TIME)
    return f"{_day(danish.date())} kl. {danish:%H.%M}"


def _text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)
