"""What the lake keeps, with next to nothing in it."""

from hjalp_pipeline.storage.entries import ChainEntry, RawPart, RawPartition, Verdict

VERDICT = Verdict("accepted", None, None, 2, 0, (), {}, {}, {})


def partition(key: str) -> RawPartition:
    part = RawPart("d", "2024K4", "540_nexus_20250110T081500.csv", "e", 2, 2)
    return RawPartition(key, "basis", "made", 2, "a.parquet", "f", (part,), 2, (), {"raw": {}})


def chain_entry(key: str, raw_file: str = "a.parquet") -> ChainEntry:
    return ChainEntry(key, "r", raw_file, "f", 2, (), {}, {}, (), {}, {})
