"""What is news: kommuner that turned red, releases, and the deadline's morning; each until it has been told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hjalp_pipeline.mail import looking
from hjalp_pipeline.mail.looking import News, look
from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.production.release.embargo import open_due
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, country, deliver, delivery, first_release, run, write_world

#: The ordinary deadline of 2024K4 is 14 January 2025; the files of the world are from January.
BEFORE = datetime(2025, 1, 14, 12, tzinfo=DANISH_TIME)
AFTER = datetime(2025, 3, 3, 12, tzinfo=DANISH_TIME)


def made(root: DataRoot) -> DataRoot:
    """The gate as a run makes it."""
    run(root)
    Lake(root).save_frame("status", KVARTAL, gate_frame(gate(root, KVARTAL)))
    return root


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """155 has sent nothing; 540 has a rejected re-delivery."""
    root = write_world(tmp_path, country(deliveries=[delivery("101", 20), delivery("540", 30)]))
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    return made(root)


def keys(news: News) -> list[str]:
    return [key for letter in news.letters for key in letter.keys]


def test_who_is_red(root: DataRoot) -> None:
    rejected = f"red/{KVARTAL}/540/newest_rejected/540_nexus_20250109T081500.csv"
    missing = f"red/{KVARTAL}/155/missing/"
    assert keys(look(root, BEFORE, ())) == [rejected], "155 has until the deadline"
    (letter,) = look(root, AFTER, ()).letters
    assert letter.keys == (missing, rejected)
    assert letter.subject == "hjalp: 2 kommuner er blevet røde, 4. kvartal 2024"
    assert look(root, AFTER, {missing, rejected}).letters == []
    (letter,) = look(root, AFTER, {rejected}).letters
    assert letter.subject == "hjalp: 155 Dragør er blevet rød, 4. kvartal 2024", "only who was not told"


def test_a_kommune_that_has_delivered_may_turn_red_again(root: DataRoot) -> None:
    told = set(keys(look(root, AFTER, ())))
    assert look(root, AFTER, told).over == []
    deliver(root, delivery("155", 12), delivery("540", 5, day=10, flaw="no_slut"))
    made(root)
    news = look(root, AFTER, told)
    assert news.over == [f"red/{KVARTAL}/155/missing/"]
    assert keys(news) == [f"red/{KVARTAL}/540/newest_rejected/540_nexus_20250110T081500.csv"], "another file is news"


def test_what_waits_for_a_run_is_not_over(root: DataRoot) -> None:
    told = set(keys(look(root, AFTER, ())))
    deliver(root, delivery("540", 5, day=11))
    Lake(root).save_frame("status", KVARTAL, gate_frame(gate(root, KVARTAL)))
    news = look(root, AFTER, told)
    assert (news.letters, news.over) == ([], [])


def test_a_gate_that_was_changed_on_the_disk_costs_itself_alone(root: DataRoot) -> None:
    path = Lake(root).frame_path("status", KVARTAL)
    path.write_bytes(path.read_bytes()[:-9] + b"123456789")
    news = look(root, datetime(2025, 1, 15, 8, tzinfo=DANISH_TIME), ())
    assert keys(news)[0] == f"deadline/{KVARTAL}"
    assert len(news.letters) == len(news.unread) == 1


MORNING = datetime(2025, 1, 15, 7, tzinfo=DANISH_TIME)


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        (MORNING - timedelta(seconds=1), False),
        (MORNING, True),
        (MORNING.astimezone(UTC), True),
        (MORNING + timedelta(days=6, hours=23), True),
        (MORNING + timedelta(days=7), False),
        (datetime(2025, 2, 15, 8, tzinfo=DANISH_TIME), False),
    ],
)
def test_the_deadlines_morning_begins_at_seven(root: DataRoot, at: datetime, wanted: bool) -> None:
    assert (f"deadline/{KVARTAL}" in keys(look(root, at, ()))) == wanted
    assert f"deadline/{KVARTAL}" not in keys(look(root, at, {f"deadline/{KVARTAL}"})), "once a period"


def test_the_deadlines_morning_looks_at_the_inbox(root: DataRoot) -> None:
    """The run at six may not be done yet, or have failed."""
    deliver(root, delivery("155", 12))
    letter = look(root, MORNING, ()).letters[0]
    assert letter.subject == "hjalp: 1 af 3 kommuner er inde, 4. kvartal 2024"
    assert "  155 Dragør\n" in letter.text
    assert "Har leveret, ikke kørt endnu (1):\n  155 Dragør\n" in letter.text


def test_whom_the_morning_names_is_not_told_twice(root: DataRoot) -> None:
    """The run at six finds who is missing, an hour before."""
    (before,) = look(root, MORNING - timedelta(minutes=30), ()).letters
    assert before.subject == "hjalp: 540 Sønderborg er blevet rød, 4. kvartal 2024"
    (morning,) = look(root, MORNING, set(before.keys)).letters
    assert morning.keys == (f"deadline/{KVARTAL}", f"red/{KVARTAL}/155/missing/")
    assert look(root, MORNING, {*before.keys, *morning.keys}).letters == []


def test_an_extended_deadline_has_its_own_morning(root: DataRoot) -> None:
    text = f"komnr;quarter;new_deadline;reason\n155;{KVARTAL};2025-01-20;\n"
    (root.codelists / "extensions.csv").write_text(text, encoding="utf-8")
    made(root)
    told = set(keys(look(root, MORNING, ())))
    assert not any("/155/" in key for key in told)
    own = MORNING + timedelta(days=6)
    assert look(root, own - timedelta(seconds=1), told).letters == []
    assert keys(look(root, own, told)) == [f"red/{KVARTAL}/155/missing/"]


def test_in_summer_and_winter(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    for day, hour in ((date(2025, 1, 15), 6), (date(2025, 4, 15), 5), (date(2025, 7, 15), 5), (date(2025, 10, 15), 5)):
        seven = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        found = [
            any(key.startswith("deadline/") for key in keys(look(root, at, ())))
            for at in (seven - timedelta(seconds=1), seven)
        ]
        assert found == [False, True], day


def test_a_list_with_a_fault_costs_what_needs_it(root: DataRoot) -> None:
    (root.codelists / "systems.csv").write_text("komnr\n", encoding="utf-8")
    news = look(root, MORNING, ())
    assert [letter.keys[0].split("/")[0] for letter in news.letters] == ["red"]
    assert "codelists/systems.csv" in news.unread[0]


@pytest.mark.parametrize("fault", [KeyError("0101011234"), OSError(5, "no", "/x"), RecursionError()])
def test_whatever_goes_wrong_in_one_look_costs_no_other(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(looking, "_deadline", fails)
    news = look(root, AFTER, ())
    assert len(news.letters) == 1
    (why,) = news.unread
    assert "0101011234" not in why


@pytest.mark.slow
def test_releases(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    release = first_release(root, ran=True)
    publish_at = datetime.fromisoformat(release.manifest.publish_at)
    release.path.chmod(0o700)
    quiet = [publish_at - timedelta(days=1), publish_at, publish_at + timedelta(minutes=10)]
    assert [keys(look(root, at, ())) for at in quiet] == [[], [], []]
    late = publish_at + timedelta(minutes=11)
    assert keys(look(root, late, ())) == ["shut/2024v1"]
    assert keys(look(root, late, {"shut/2024v1"})) == []
    open_due(root, late)
    assert keys(look(root, late, {"shut/2024v1"})) == ["opened/2024v1"]
    assert keys(look(root, late, {"opened/2024v1"})) == []


def test_an_empty_data_root_has_no_news(tmp_path: Path) -> None:
    assert keys(look(DataRoot(tmp_path), AFTER, ())) == []
    assert keys(look(DataRoot(tmp_path), MORNING, ())) == [], "nobody is in, nobody is waited for"
    assert list(tmp_path.iterdir()) == [], "looking makes nothing"
