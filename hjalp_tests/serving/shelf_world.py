"""A data root with releases of made-up tables, a clock that is set, and the application that serves them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.types import ASGIApp

from hjalp_pipeline.publishing.jsonstat import jsonstat
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.table import PublishedTable
from hjalp_pipeline.serving.published_shelf import Publisher
from hjalp_pipeline.serving.serve_app import Place, serve_app
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.publishing.made_up import table
from hjalp_tests.web.asgi import Answer, Fields, ask

OUT = datetime(2025, 6, 24, 6, tzinfo=UTC)


@dataclass
class World:
    folder: Path
    now: datetime = OUT + timedelta(days=1)
    place: Place = field(default_factory=Place)
    app: ASGIApp = field(init=False)

    def __post_init__(self) -> None:
        self.root = DataRoot(self.folder)
        self.app = serve_app(Publisher([self.root], lambda: self.now), self.place)

    def publish(
        self,
        release: str,
        *tables: PublishedTable,
        at: datetime = OUT,
        beside: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Path:
        """A release as the program leaves it, as far as anybody else may read it, and its manifest. ``beside``: further public files."""
        folder = self.root.releases / release
        folder.mkdir(parents=True)
        files = (
            {f"{one.id}.px": px(one) for one in tables}
            | {f"{one.id}.json": jsonstat(one) for one in tables}
            | dict(beside)
        )
        for name, content in files.items():
            (folder / name).write_bytes(content)
        sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        (folder / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()))
        manifest = {"release": release, "publish_at": at.isoformat(), "outputs": sums}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder

    def get(self, target: str, headers: Fields = (), **options: Any) -> Answer:
        return ask(self.app, options.pop("method", "GET"), target, headers, **options)

    def post(self, target: str, content: Any) -> Answer:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return ask(self.app, "POST", target, [("content-type", "application/json")], body)


def rows(answer: Answer) -> list[list[str]]:
    """An answer's csv as cells; none of the made-up texts that are asked for needs quotes."""
    assert answer.status == 200, answer.body
    return [line.split(";") for line in answer.body.removeprefix("\ufeff").split("\r\n")[:-1]]


def usual(**changes: Any) -> PublishedTable:
    return table(**changes)
