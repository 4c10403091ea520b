"""Who sends: the systems of the suppliers the reporting page names, and one kommune inside another.

Fixed, not drawn: the same kommune has the same system in every made-up country, so that stories can be told about it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.statistics.hand.synth.received import BEGINNING, CODES
from hjalp_pipeline.synth.source_systems import Collaboration, Sender
from hjalp_pipeline.synth.sources import day, share

#: System: supplier, format, encoding (reporting page of the statistic; formats chosen).
SYSTEMS: Final = {
    "team-online": ("EG", "csv", "utf-8"),
    "dxc": ("DXC", "csv", "utf-8"),
    "kmd": ("KMD", "csv", "windows-1252"),
    "systematic": ("Systematic", "csv", "utf-8"),
    "cgi": ("CGI", "xml", "utf-8"),
    "egen-xml": ("Kommunen selv", "xml", "utf-8"),
    "dialog": ("Danmarks Statistik", "xlsx", ""),
}
SUPPLIERS: Final = {system: supplier for system, (supplier, _, _) in SYSTEMS.items()}
_OWN_XML: Final = ("101", "751", "846")
_DIALOG: Final = ("155", "187", "482", "563", "741", "825")
_TURN: Final = ("team-online", "systematic", "kmd", "cgi", "dxc", "team-online", "systematic")
START: Final = Maaned(2013, 10)

#: Vallensbæk inside Ishøj, but for the services it reports itself (§§ 95 and 96).
REPORTER: Final = "183"
MEMBER: Final = "187"
COLLABORATIONS: Final = (Collaboration(REPORTER, MEMBER, date(2013, 10, 1)),)
OWN_CODES: Final = tuple(CODES.index(code) for code in ("30117", "31132"))
#: Of its other services the member sends a few all the same.
SHARE_SENT_TWICE: Final = 0.03
#: Rows of the member's own that stand for persons with assistance, where chance gave it none.
FEWEST_OF_MEMBER: Final = 3


@dataclass(frozen=True, slots=True)
class Change:
    """A change of system: the old one, its last month, whether it is carried forward, and the new one."""

    old: str
    last: Maaned
    carried: bool
    new: str


#: Of the services open at a change: in both systems, in the old alone; the rest in the new alone.
SHARE_IN_BOTH: Final = 0.75
SHARE_OLD_ALONE: Final = 0.15
#: Of those in both, without target group in the new system.
SHARE_GROUP_LOST: Final = 0.6


def make_senders(changes: Mapping[str, Change]) -> tuple[Sender, ...]:
    """All rows of ``systems.csv``, by kommune and time."""
    senders: list[Sender] = []
    for turn, komnr in enumerate(KOMNR):
        if komnr in changes:
            change = changes[komnr]
            senders.append(_sender(komnr, change.old, turn, last=change.last, carry=change.carried))
            senders.append(_sender(komnr, change.new, turn, first=change.last.next()))
            continue
        system = "egen-xml" if komnr in _OWN_XML else "dialog" if komnr in _DIALOG else _TURN[turn % len(_TURN)]
        senders.append(_sender(komnr, system, turn))
    return tuple(senders)


def _sender(
    komnr: str, system: str, turn: int, *, first: Maaned = START, last: Maaned | None = None, carry: bool = False
) -> Sender:
    _, form, encoding = SYSTEMS[system]
    return Sender(
        komnr, system, form, encoding, first, last, carry,
        crlf=form == "csv" and (system == "kmd" or turn % 11 == 3),
        bom=form == "csv" and encoding == "utf-8" and turn % 13 == 5,
        permuted=form == "csv" and turn % 5 == 2,
        hyphen=form == "csv" and turn % 9 == 4,
        empty_elements=system == "egen-xml",
    )  # fmt: skip


def reported_by(komnr: str) -> tuple[str, ...]:
    """Kommuner whose rows stand in the deliveries of a kommune, itself first."""
    return (komnr, MEMBER) if komnr == REPORTER else (komnr,)


def of_sender(rows: pl.DataFrame, sender: Sender, changes: Mapping[str, Change]) -> pl.DataFrame:
    """The rows (``service_records.make_rows``) that stand in this system and not in another."""
    own = pl.col("code").is_in(OWN_CODES)
    if sender.komnr == REPORTER:
        rows = rows.filter((pl.col("kom") == REPORTER) | ~own)
    if sender.komnr == MEMBER:
        rows = _of_member(rows).filter(own | pl.col("twice"))
    if sender.komnr not in changes:
        return rows
    return _of_system(rows, sender, changes[sender.komnr])


def _of_member(rows: pl.DataFrame) -> pl.DataFrame:
    """The member's rows, at least some of them for persons with assistance; ``twice``: sent though the reporter does."""
    assisted = rows["code"].is_in(OWN_CODES).sum()
    short = pl.int_range(pl.len()) < max(FEWEST_OF_MEMBER - int(assisted), 0)
    rows = rows.with_columns(
        code=pl.when(short).then(OWN_CODES[-1]).otherwise("code").cast(pl.Int32),
        modt_ydelse_kode=pl.when(short).then(pl.lit(CODES[OWN_CODES[-1]])).otherwise("modt_ydelse_kode"),
    )
    other = ~pl.col("code").is_in(OWN_CODES) & (pl.col("end") > BEGINNING) & (pl.col("start") <= pl.col("end"))
    some = pl.Series(share(rows["number"].to_numpy(), 541) < SHARE_SENT_TWICE)
    return rows.with_columns(twice=some | (other & (other.cum_sum() == 1)))


def _of_system(rows: pl.DataFrame, sender: Sender, change: Change) -> pl.DataFrame:
    """What stands in the old system or in the new, which takes over most that was open, and no other, when it is carried."""
    last = day(change.last.last_day)
    draw, lost = (pl.Series(share(rows["number"].to_numpy(), salt)) for salt in (542, 543))
    before, runs = pl.col("recorded") <= last, pl.col("end_recorded") > last
    if sender.last is not None:
        return rows.filter(before & (~runs | (draw < SHARE_IN_BOTH + SHARE_OLD_ALONE)))
    taken_over = runs & ((draw < SHARE_IN_BOTH) | (draw >= SHARE_IN_BOTH + SHARE_OLD_ALONE))
    stays = taken_over if change.carried else pl.lit(value=True)
    rows = rows.with_columns(
        maalgruppe=pl.when(before & runs & (lost < SHARE_GROUP_LOST)).then(None).otherwise("maalgruppe")
    )
    return rows.filter(~before | stays)


def periods_of(sender: Sender, months: tuple[Maaned, ...]) -> list[Maaned]:
    """The months a system delivers for: those asked for while it lasts, and its last when it is carried forward."""
    found = [month for month in months if sender.active(month)]
    if sender.carry_forward and isinstance(sender.last, Maaned) and sender.last not in found:
        found.append(sender.last)
    return found
