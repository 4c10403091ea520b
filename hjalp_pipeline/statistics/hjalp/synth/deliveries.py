"""Which deliveries arrive when, and what is wrong with some of them as a whole."""

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from hjalp_pipeline.codelists.periods import Kvartal, Period
from hjalp_pipeline.statistics.hjalp.synth.senders import KVARTALER, members
from hjalp_pipeline.synth.source_systems import Delivery, Extension, Sender
from hjalp_pipeline.synth.sources import mix

#: Story of a delivery: what it holds or how it is broken, and the code it is rejected with (None: accepted).
STORIES: Final = {
    "full": None,
    "most": None,  # a first delivery that a fuller one supersedes
    "half": None,  # deficient as Sønderborg's
    "wrong_count": "ANTAL",
    "truncated": "ANTAL",
    "truncated_xml": "XML_UGYLDIG",
    "columns": "KOLONNER",
    "many_errors": "FOR_MANGE_FEJL",
    "encoding": "TEGNSAET",
    "empty": "TOM",
    "stranger": "UKENDT_AFSENDER",
}
SOENDERBORG: Final = "540"
#: Extra deliveries: (quarter, kommune): story, and whether it comes before or after the good one.
_EXTRA: Final = {
    ("2024K4", "259"): ("wrong_count", "before"),
    ("2024K4", "306"): ("truncated", "before"),
    ("2024K4", "530"): ("most", "before"),
    ("2024K4", "766"): ("most", "before"),
    ("2024K4", "665"): ("stranger", "before"),
    ("2025K1", "480"): ("stranger", "before"),
    ("2025K1", "270"): ("truncated_xml", "before"),
    ("2025K1", "265"): ("most", "before"),
    ("2025K1", "607"): ("truncated", "after"),
    ("2025K1", "420"): ("wrong_count", "before"),
    ("2025K2", "336"): ("many_errors", "before"),
    ("2025K2", "340"): ("columns", "before"),
    ("2025K2", "575"): ("encoding", "before"),
    ("2025K2", "727"): ("empty", "before"),
    ("2025K2", "479"): ("most", "before"),
    ("2025K3", "390"): ("wrong_count", "after"),
    ("2025K3", "430"): ("truncated_xml", "after"),
    ("2025K3", "710"): ("most", "before"),
    ("2025K3", "185"): ("most", "before"),
    ("2025K3", "169"): ("truncated", "before"),
}
#: Instead of the good one. None: nothing comes at all.
_INSTEAD: Final[dict[tuple[str, str], str | None]] = {
    ("2024K4", SOENDERBORG): "half",
    ("2025K1", SOENDERBORG): "half",
    ("2025K2", SOENDERBORG): None,
    ("2025K2", "550"): "truncated",
}
#: Later than the 14th: with an extension the day before, or (False) without one.
_LATE: Final = {
    ("2024K4", "360"): (21, True), ("2024K4", "813"): (24, True), ("2024K4", "849"): (17, False),
    ("2025K1", "376"): (22, True), ("2025K1", "101"): (18, True), ("2025K2", "326"): (25, True),
    ("2025K2", "185"): (28, True), ("2025K3", SOENDERBORG): (20, True), ("2025K3", "217"): (16, False),
}  # fmt: skip


def plan(senders: tuple[Sender, ...], seed: int) -> list[Delivery]:
    """Every file of the inbox, in order of kommune, quarter and time."""
    found: list[Delivery] = []
    for sender in senders:
        quarters: list[Period] = [kvartal for kvartal in KVARTALER if sender.active(kvartal)]
        if sender.carry_forward and sender.last is not None and sender.last not in quarters:
            quarters.append(sender.last)
        for kvartal in quarters:
            found += _of_quarter(sender, kvartal, seed)
    for (quarter, komnr), (story, _) in _EXTRA.items():
        if story == "stranger":
            kvartal = Kvartal.parse(quarter)
            stranger = Sender(komnr, "nexus", "csv", "utf-8", kvartal)
            found.append(Delivery(kvartal, stranger, _received(stranger, kvartal, seed), story, STORIES[story]))
    return sorted(found, key=lambda row: (row.sender.komnr, str(row.period), row.received))


def extensions() -> tuple[Extension, ...]:
    """Rows of ``extensions.csv``."""
    return tuple(
        Extension(
            komnr,
            Kvartal.parse(quarter),
            Kvartal.parse(quarter).deadline.replace(day=late),
            "Systemskifte eller sygdom",
        )
        for (quarter, komnr), (late, granted) in _LATE.items()
        if granted
    )


def _received(sender: Sender, kvartal: Period, seed: int) -> datetime:
    """A time between the 3rd and the 14th, between six in the morning and six at night; the late ones on their day."""
    number = int(mix(np.array([int(sender.komnr) * 100_000 + kvartal.aar * 10 + kvartal.nr]), seed)[0])
    first = kvartal.next().first_day
    late, _ = _LATE.get((str(kvartal), sender.komnr), (0, True))
    moment = datetime(first.year, first.month, late or 3 + number % 12)  # noqa: DTZ001 - Danish time, as the names of files are
    return moment + timedelta(hours=6 + number // 16 % 11, minutes=number // 256 % 60, seconds=number // 32_768 % 60)


def _of_quarter(sender: Sender, kvartal: Period, seed: int) -> list[Delivery]:
    key = (str(kvartal), sender.komnr)
    if not members(sender.komnr, kvartal):
        return []
    story = _INSTEAD.get(key, "full")
    received = _received(sender, kvartal, seed)
    found = [] if story is None else [Delivery(kvartal, sender, received, story, STORIES[story])]
    extra, order = _EXTRA.get(key, ("stranger", ""))
    if extra != "stranger":
        moved = timedelta(days=-1, minutes=-47) if order == "before" else timedelta(hours=19, minutes=13)
        found.append(Delivery(kvartal, sender, received + moved, extra, STORIES[extra]))
    return found
