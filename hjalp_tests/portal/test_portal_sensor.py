"""What is sent here is a delivery like any other: the sensor of the running UI takes it, and the receipt is told here."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.defs.local import prepare_home
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.portal_app import portal_app
from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_pipeline.storage.portal_settings import PortalSettings
from hjalp_pipeline.web.address import serve_on
from hjalp_tests.portal.portal_world import Clock, World, access, delivery
from hjalp_tests.production.world import KVARTAL, write_world
from hjalp_tests.web.running import free_port, hjalp_ui
from hjalp_tests.web.test_told import wait_for

BASE = "/hjalp/540"


@pytest.mark.slow
def test_the_sensor_takes_what_is_sent_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("HJALP_DATA", "")
    root = write_world(tmp_path / "root")
    prepare_home(root)
    settings = PortalSettings(issuer="http://127.0.0.1:1", client_id="test", requests_a_minute=10_000)
    portal = Portal(root, settings, "http://127.0.0.1:3000", demo={"hjalp": access(KOMNR)}, statistics=("hjalp",))
    world = World(portal, portal_app(portal, serve_on("127.0.0.1", 3000)), Clock())
    one = world.visitor("540", SENDS)
    with dg.DagsterInstance.get() as instance, hjalp_ui(root, free_port()):
        form = {"periode": KVARTAL, "system": "nexus.csv"}
        upload = one.upload(f"{BASE}/send", delivery("540", records=40), **form).headers["location"]
        wait_for(lambda: "Filen kan bruges" in one.get(upload).body)
        receipt = one.post(upload, goer="send").headers["location"].split("?")[0]
        assert "bliver læst" in one.get(receipt).body
        wait_for(lambda: "Filen kan bruges" in one.get(receipt).body)
        runs = [found for found in instance.get_runs() if "540" in found.tags.get(KOMMUNER_TAG, "").split(",")]
        assert {run.tags["dagster/sensor_name"] for run in runs} == {"nye_leverancer"}
    portal.close()
