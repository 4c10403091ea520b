"""What a mail says: counts and names of kommuner, and nothing that could be a figure or a word of a delivery."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hjalp_pipeline.codelists.periods import Kvartal, Maaned
from hjalp_pipeline.mail.wording import (
    CLOSED,
    HELD,
    STATES,
    Letter,
    Standing,
    deadline_morning,
    failed_run,
    not_opened,
    opened,
    refused,
    trial,
    turned_red,
)
from hjalp_pipeline.production.inbox.gate_state import STATUSES, Status
from hjalp_pipeline.production.release.embargo import Held
from hjalp_pipeline.production.release.pins import Gate
from hjalp_tests.test_architecture import WORDS

AT = datetime(2025, 4, 15, 5, 2, tzinfo=UTC)
DEADLINE = date(2025, 4, 14)
PERIOD = Kvartal(2025, 1)


def standing(komnr: str, kommune: str, status: Status, code: str | None = None, deadline: date = DEADLINE) -> Standing:
    return Standing(komnr, kommune, status, code, deadline)


def test_a_failed_run() -> None:
    letter = failed_run("hjalp", "0a1b", "kvartal", "2025K1", steps=["raw_leverancer"], at=AT)
    assert letter.keys == ("run/0a1b",)
    assert letter.subject == "hjalp: kørslen kvartal (2025K1) fejlede"
    assert "fejlede 15. april 2025 kl. 07.02." in letter.text, "in Danish time"
    assert "Trin, der fejlede: raw_leverancer." in letter.text
    assert "{address}/runs/0a1b\n" in letter.text
    killed = failed_run("hjalp", "0a1b", "status", None, steps=[], at=AT)
    assert killed.subject == "hjalp: kørslen status fejlede"
    assert "afbrudt" in killed.text


def test_a_partition_that_looks_like_a_person_is_masked() -> None:
    letter = failed_run("hjalp", "0a1b", "udgivelse", "010160-9002", steps=[], at=AT)
    assert "9002" not in letter.subject + letter.text
    assert "9002" not in str(refused("hjalp", "0a1b", "010160-9002", Gate.LEDGER, kommuner=[], at=AT))


@pytest.mark.parametrize("gate", Gate)
def test_a_refused_release_says_by_which_gate(gate: Gate) -> None:
    letter = refused("hjalp", "0a1b", "2024v3", gate, kommuner=["540 Sønderborg"], at=AT)
    assert letter.subject == f"hjalp: udgivelsen 2024v3 er afvist ({gate.value})"
    assert f"{gate.value}: {CLOSED[gate]}\nDet gælder 1 kommune: 540 Sønderborg.\n" in letter.text
    assert "Det gælder" not in refused("hjalp", "0a1b", "2024v3", gate, kommuner=[], at=AT).text


def test_one_kommune_turned_red() -> None:
    letter = turned_red("hjalp", PERIOD, [("k", standing("540", "Sønderborg", "newest_rejected", "ANTAL"))])
    assert letter.keys == ("k",)
    assert letter.subject == "hjalp: 540 Sønderborg er blevet rød, 1. kvartal 2025"
    assert (
        "540 Sønderborg: nyeste leverance er afvist, en ældre bruges (ANTAL: Antallet af poster mangler eller passer ikke "
        "med filens indhold.)" in letter.text
    )
    assert "{address}/kontor/hjalp/receipts/2025K1/\n" in letter.text


def test_several_kommuner_turned_red() -> None:
    reds = [("a", standing("540", "Sønderborg", "rejected", "TOM")), ("b", standing("155", "Dragør", "missing"))]
    letter = turned_red("toy", Maaned(2025, 3), reds)
    assert letter.keys == ("a", "b")
    assert letter.subject == "toy: 2 kommuner er blevet røde, marts 2025"
    assert "  155 Dragør: mangler, fristen var 14. april 2025\n" in letter.text


def test_the_deadlines_morning() -> None:
    inside = [standing(f"{number}", "Inde", "delivered") for number in range(200, 290)]
    others = [
        standing("155", "Dragør", "missing"),
        standing("185", "Tårnby", "missing", deadline=date(2025, 4, 22)),
        standing("540", "Sønderborg", "rejected", "ANTAL"),
        standing("550", "Tønder", "partial"),
        standing("561", "Esbjerg", "covered"),
        standing("563", "Fanø", "not_yet_in"),
    ]
    letter = deadline_morning("hjalp", PERIOD, [*inside, *others])
    assert letter.keys == ("deadline/2025K1",)
    assert letter.subject == "hjalp: 91 af 95 kommuner er inde, 1. kvartal 2025"
    assert "Fristen for 1. kvartal 2025 var 14. april 2025. Af 95 kommuner, der er med, er\n" in letter.text
    assert " 90 inde\n" in letter.text
    assert "Mangler (2):\n  155 Dragør\n  185 Tårnby, ny frist 22. april 2025\n" in letter.text
    assert "Afvist (1):\n  540 Sønderborg (ANTAL: Antallet " in letter.text
    assert "Fanø" not in letter.text, "nobody waits for it"
    assert "Esbjerg" not in letter.text


def test_releases() -> None:
    publish_at = datetime(2025, 6, 24, 6, tzinfo=UTC)
    out, shut = opened("hjalp", "2024v1", publish_at), not_opened("hjalp", "2024v1", publish_at)
    assert (out.keys, shut.keys) == (("opened/2024v1",), ("shut/2024v1",))
    assert "24. juni 2025 kl. 08.00" in out.text
    assert "24. juni 2025 kl. 08.00" in shut.text
    assert "`hjalp verify 2024v1`" in shut.text
    other = not_opened("hand", "2024v1", datetime(2025, 6, 24, 6, tzinfo=UTC))
    assert "`hjalp verify --statistic hand 2024v1`" in other.text


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (Held.UNCONFIRMED, "Dens dag er ikke bekræftet i codelists/calendar.csv."),
        (Held.MISREAD, "kan ikke læses: `hjalp check --statistic hand` siger hvorfor."),
        (Held.BEHIND, "tal fra en udgivelse, der selv er lukket endnu"),
    ],
)
def test_what_is_known_to_keep_a_release_closed_is_told(held: Held, told: str) -> None:
    text = not_opened("hand", "2024v1", AT, held).text
    assert told in text
    assert "verify" not in text


def test_every_status_has_its_words() -> None:
    assert set(STATES) == set(STATUSES)
    assert set(CLOSED) == set(Gate)
    assert set(HELD) == set(Held)


def test_no_word_of_a_statistic_and_no_line_is_endless() -> None:
    every: list[Letter] = [
        trial("toy", AT),
        opened("toy", "2024v1", AT),
        *(not_opened("toy", "2024v1", AT, held) for held in (None, *Held)),
        failed_run("toy", "1", "toy_maaned", None, steps=[], at=AT),
        *(refused("toy", "1", "2024v1", gate, kommuner=[], at=AT) for gate in Gate),
    ]
    for letter in every:
        assert not WORDS.findall(letter.subject + letter.text)
        assert max(map(len, letter.text.splitlines())) < 150
        assert letter.text.endswith("\n")
