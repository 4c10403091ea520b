"""The two sensors that tell the office, on the instance, against a mail server in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs import mail_sensors, opening
from hjalp_pipeline.defs.local import prepare_home, run_job
from hjalp_pipeline.mail.outbox import Outbox
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.defs.sensor import sensor_context
from hjalp_tests.mail.office_post import ADDRESS, Post, dead_port
from hjalp_tests.mail.test_looking import made
from hjalp_tests.production.world import KVARTAL, MARKER, country, deliver, delivery, first_release, write_world

pytestmark = pytest.mark.slow

NOW = datetime(2025, 3, 3, 12, tzinfo=DANISH_TIME)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    now = [NOW]
    monkeypatch.setattr(opening, "now", lambda: now[0])
    return now


@pytest.fixture
def root(tmp_path: Path, post: Post) -> DataRoot:
    """155 has sent nothing and takes part in 2024v1; mails are on."""
    root = write_world(tmp_path, country(deliveries=[delivery("101", 20), delivery("540", 30)]))
    post.settings(root)
    prepare_home(root)
    return root


@pytest.fixture
def instance(root: DataRoot) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.get() as found:
        yield found


def tick(root: DataRoot, instance: dg.DagsterInstance, name: str, cursor: str | None = None) -> Any:
    with sensor_context(root, instance, cursor) as context:
        return defs.resolve_sensor_def(name).evaluate_tick(context)


def said(root: DataRoot, instance: dg.DagsterInstance) -> str:
    return tick(root, instance, "besked").skip_message or ""


def subjects(post: Post) -> list[str]:
    return [one["Subject"] for one in post.taken()]


def test_what_turned_red_is_told_once_and_what_was_before_is_not(
    root: DataRoot, instance: dg.DagsterInstance, post: Post, clock: list[datetime]
) -> None:
    made(root)
    assert said(root, instance) == "nothing to tell", "155 was red when mails were switched on"
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    assert said(root, instance) == "nothing to tell", "not read yet"
    made(root)
    assert said(root, instance) == "1 sent"
    assert said(root, instance) == "nothing to tell"
    (one,) = post.taken()
    assert one["Subject"] == "hjalp: 540 Sønderborg er blevet rød, 4. kvartal 2024"
    text = one.get_content()
    assert "ANTAL: Antallet af poster mangler" in text
    assert f"{ADDRESS}/kontor/hjalp/receipts/{KVARTAL}/" in text
    assert_says_nothing_more(text)


def test_the_deadlines_morning(root: DataRoot, instance: dg.DagsterInstance, post: Post, clock: list[datetime]) -> None:
    clock[0] = datetime(2025, 1, 15, 6, 59, tzinfo=DANISH_TIME)
    assert said(root, instance) == "nothing to tell"
    clock[0] += timedelta(minutes=1)
    assert said(root, instance) == "1 sent"
    clock[0] += timedelta(minutes=1)
    assert said(root, instance) == "nothing to tell"
    (one,) = post.taken()
    assert one["Subject"] == "hjalp: 0 af 3 kommuner er inde, 4. kvartal 2024"
    assert_says_nothing_more(one.get_content())


def failures(root: DataRoot, instance: dg.DagsterInstance, cursor: str) -> str:
    """Evaluate the sensor on failed runs from a cursor on, as the daemon does; returns the cursor after it."""
    result = tick(root, instance, "besked_om_fejl", cursor)
    return str(result.cursor)


def test_a_refused_release_and_a_failed_run(
    root: DataRoot, instance: dg.DagsterInstance, post: Post, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = str(tick(root, instance, "besked_om_fejl").cursor)
    assert said(root, instance) == "nothing to tell"
    refused = run_job(root, "udgivelse", "2024v1")
    assert not refused.success
    monkeypatch.setattr("hjalp_pipeline.defs.gate_assets.gate", lambda *_: 1 / 0)
    failed = run_job(root, "status", KVARTAL)
    assert not failed.success
    after = failures(root, instance, start)
    assert failures(root, instance, start) == after, "the daemon was killed before it kept the cursor"
    assert subjects(post) == [], "the sensor on failed runs sends nothing itself"
    assert said(root, instance) == "2 sent"
    assert failures(root, instance, after) == after
    first, second = post.taken()
    assert first["Subject"] == "hjalp: udgivelsen 2024v1 er afvist (deliveries)"
    assert "Det gælder 1 kommune: 155 Dragør." in first.get_content()
    assert f"{ADDRESS}/runs/{refused.run_id}" in first.get_content()
    assert second["Subject"] == f"hjalp: kørslen status ({KVARTAL}) fejlede"
    assert "Trin, der fejlede: status_gate." in second.get_content()
    for one in (first, second):
        assert_says_nothing_more(one.get_content().replace(refused.run_id, "").replace(failed.run_id, ""))


@pytest.mark.slow  # hjalp_tests/mail/test_looking.py has a fast one
def test_a_release_that_was_opened(
    root: DataRoot, instance: dg.DagsterInstance, post: Post, clock: list[datetime]
) -> None:
    assert said(root, instance) == "nothing to tell"
    deliver(root, delivery("155", 12))
    clock[0] = datetime(2025, 6, 24, 8, 1, tzinfo=DANISH_TIME)
    first_release(root, ran=True)
    (root.releases / "2024v1").chmod(0o700)
    assert said(root, instance) == "nothing to tell"
    assert tick(root, instance, "aabning").asset_events
    assert said(root, instance) == "1 sent"
    assert subjects(post) == ["hjalp: udgivelsen 2024v1 er åbnet"]
    assert_says_nothing_more(post.taken()[0].get_content())


def test_only_deliveries_name_their_kommuner(
    root: DataRoot, instance: dg.DagsterInstance, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose figure moved, and which cell is not protected, is for those who sign."""
    from hjalp_pipeline.defs import release_assets
    from hjalp_pipeline.production.release.pins import Gate, ReleaseRefused

    start = str(tick(root, instance, "besked_om_fejl").cursor)

    def refuse(*_: object, **__: object) -> None:
        raise ReleaseRefused("2024v1", ["HJALP1, 540 Sønderborg, 2024: 1 person"], Gate.CONFIDENTIALITY)

    monkeypatch.setattr(release_assets, "make_release", refuse)
    assert not run_job(root, "udgivelse", "2024v1").success
    failures(root, instance, start)
    (one,) = Outbox(root).content().waiting
    assert one.subject == "hjalp: udgivelsen 2024v1 er afvist (confidentiality)"
    assert "Sønderborg" not in one.text
    assert "1 person" not in one.text


def test_a_server_that_is_down_loses_nothing_and_fails_nothing(
    root: DataRoot, instance: dg.DagsterInstance, post: Post, clock: list[datetime]
) -> None:
    good = (root.codelists / "settings.toml").read_text(encoding="utf-8")
    bad = good.replace(f"port = {post.ports['plain']}", f"port = {dead_port()}")
    (root.codelists / "settings.toml").write_text(bad, encoding="utf-8")
    clock[0] = datetime(2025, 1, 14, tzinfo=DANISH_TIME)
    assert said(root, instance) == "nothing to tell"
    clock[0] = datetime(2025, 1, 15, 7, tzinfo=DANISH_TIME)
    assert "1 wait: hjalp: 0 af 3 kommuner er inde, 4. kvartal 2024: ConnectionRefusedError" in said(root, instance)
    assert tick(root, instance, "nye_leverancer").run_requests
    (root.codelists / "settings.toml").write_text(good, encoding="utf-8")
    clock[0] += timedelta(hours=5)
    assert said(root, instance) == "1 sent"
    assert len(post.taken()) == 1


def test_off_is_off(
    root: DataRoot, instance: dg.DagsterInstance, post: Post, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    (root.codelists / "settings.toml").unlink()
    monkeypatch.setattr(mail_sensors, "look", None)
    assert said(root, instance) == mail_sensors.OFF
    start = str(tick(root, instance, "besked_om_fejl").cursor)
    assert not run_job(root, "udgivelse", "2024v1").success
    result = tick(root, instance, "besked_om_fejl", start)
    assert result.skip_message == mail_sensors.OFF
    assert not (root.dagster_home / "mails").exists()
    assert post.taken() == []


def test_settings_with_a_fault_are_said_and_lose_no_failed_run(
    root: DataRoot, instance: dg.DagsterInstance, post: Post, clock: list[datetime]
) -> None:
    assert said(root, instance) == "nothing to tell"
    good = (root.codelists / "settings.toml").read_text(encoding="utf-8")
    (root.codelists / "settings.toml").write_text(good.replace("security", "securty"), encoding="utf-8")
    start = str(tick(root, instance, "besked_om_fejl").cursor)
    assert not run_job(root, "udgivelse", "2024v1").success
    failures(root, instance, start)
    assert "securty: is not a key of [mail]" in said(root, instance)
    (root.codelists / "settings.toml").write_text(good, encoding="utf-8")
    assert said(root, instance) == "1 sent"
    assert ADDRESS in post.taken()[0].get_content()


def test_a_run_that_is_begun_again_is_not_told(
    root: DataRoot, instance: dg.DagsterInstance, clock: list[datetime]
) -> None:
    start = str(tick(root, instance, "besked_om_fejl").cursor)
    outcome = run_job(root, "udgivelse", "2024v1")
    instance.add_run_tags(outcome.run_id, {"dagster/will_retry": "true"})
    assert tick(root, instance, "besked_om_fejl", start).skip_message == "udgivelse is begun again"
    assert Outbox(root).content().waiting == ()


@pytest.mark.parametrize(
    ("job", "keys", "wanted"),
    [
        ("kvartal", [], True),
        ("toy_maaned", [], False),
        ("__ASSET_JOB", [["hjalp", "published", "udgivelse"]], True),
        ("__ASSET_JOB", [["toy", "published", "udgivelse"]], False),
        ("__ASSET_JOB", [["registers", "befolkning"]], True),
        ("__ASSET_JOB", [["registers", "befolkning"], ["toy", "raw", "besoeg"]], False),
    ],
)
def test_whose_run_it_is(job: str, keys: list[list[str]], wanted: bool) -> None:
    from hjalp_tests.defs.keys import WING

    run = dg.DagsterRun(job_name=job, asset_selection=frozenset(map(dg.AssetKey, keys)) or None)
    assert mail_sensors._is_of(WING, {"kvartal"}, run) == wanted


#: What may have digits in it: dates, times, periods, releases, links, kommuner.
_TOLD = re.compile(
    r"https://\S+|\d+\. \w+ 20\d\d(?: kl\. \d\d\.\d\d)?|\d\. kvartal 20\d\d|20\d\dK\d|20\d\dv\d|`[^`]*`|"
    + "|".join(f"{komnr} {navn}" for komnr, navn in NAVN.items())
)


def assert_says_nothing_more(text: str) -> None:
    """No free text, no person, and no number but counts of kommuner."""
    assert MARKER not in text
    assert not [pnr for pnr, *_ in pools.KNOWN if pnr in text]
    rest = _TOLD.sub("", text)
    counts = re.findall(r"(\d+) (?:kommune|inde|dækket|delvis|nyeste|har|mangler|afvist)|\((\d+)\):", rest)
    assert len(re.findall(r"\d+", rest)) == len(counts), rest
    assert all(int(a or b) <= 98 for a, b in counts)
