"""A draft that somebody begins and types into."""

from __future__ import annotations

from hjalp_tests.portal.portal_world import PNR, Visitor, World

BASE = "/hjalp/540"
NEW = {"version": "", "udlaan_id": "N-9", "pnr": PNR, "udleveringsdato": "2025-02-20"}
START = {"periode": "2025K1", "system": "nexus.csv"}


def begun(one: Visitor) -> str:
    return one.post(f"{BASE}/tast", **START).headers["location"].split("?")[0]


def version(one: Visitor, path: str) -> str:
    return one.get(path).body.split('name="version" value="')[1].split('"')[0]


def delivered(world: World, content: bytes, encoding: str = "utf-8") -> None:
    """Sønderborg's newest delivery is another one, in another encoding."""
    systems = world.root.codelists / "systems.csv"
    rows = systems.read_text().replace("540;nexus;L;csv;utf-8", f"540;nexus;L;csv;{encoding}")
    systems.write_text(rows)
    (world.root.inbox / "2024K4" / "540_nexus_20250111T081500.csv").write_bytes(content)
    world.run_intake()
