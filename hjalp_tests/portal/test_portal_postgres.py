"""The web dialogue's own database on PostgreSQL, as ``database`` in portal.toml names it: what is done there stands once, and is told."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hjalp_pipeline.portal.portal_db import PortalDb
from hjalp_pipeline.storage.codelists import read_extensions
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.portal_lists import APPROVES, READS, SENDS
from hjalp_tests.deploy.services import postgres
from hjalp_tests.portal.portal_drafting import NEW, begun
from hjalp_tests.portal.portal_world import delivery, make_world

BASE = "/hjalp/540"


@pytest.mark.slow
def test_everything_on_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres() as url:
        world = make_world(tmp_path, monkeypatch, database=url)
        assert not world.portal.place.database.exists()
        one, office = world.visitor("540", READS, SENDS, APPROVES), world.office()
        form = {"periode": "2025K1", "system": "nexus.csv"}
        upload = one.upload(f"{BASE}/send", delivery(records=40), **form).headers["location"]
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(one.post(upload, goer="send").status)) for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [303] * 6
        (sent,) = (world.root.inbox / "2025K1").iterdir()
        assert sent.read_bytes() == delivery(records=40)

        world.run_intake()
        draft = begun(one)
        assert one.post(f"{draft}/post/ny", **NEW).status == 303
        assert "1 post fundet" in one.post(f"{draft}/soeg", soeg="N-40").body
        assert "41 poster" in one.get(draft).body
        made = one.post(draft, goer="send").headers["location"].split("?")[0]
        assert "41 af 41 poster bruges" in one.get(made).body
        for path in (f"{BASE}/send/%00", f"{BASE}/tast/%00", f"{BASE}/kvitteringer/2024K4/%00"):
            assert one.get(path).status == 404  # a text the database cannot hold

        one.post(f"{BASE}/godkend/2024/svar", hvad="K1", svar="godkendt")
        assert len(read_approvals(world.root)) == 1
        one.post(f"{BASE}/udsaettelse/bed", periode="2025K1", til="2025-05-01", grund="Skift af system")
        path = office.get("/kontor/hjalp/koer").body.split('action="')[2].split('"')[0]
        assert office.post(path, goer="giv").status == 303
        assert len(read_extensions(world.root)) == 1
        acts = [row["act"] for row in world.portal.log.of_kommune("540", "hjalp")]
        assert acts == [
            "tid givet", "tid spurgt", "godkendt", "fil lagt op", "post gemt", "kladde begyndt", "sendt", "fil lagt op"
        ]  # fmt: skip
        assert world.portal.log.faults() == []
        world.portal.close()
        again = PortalDb(url)  # as the next start opens it
        again.close()
