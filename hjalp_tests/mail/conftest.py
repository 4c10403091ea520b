from __future__ import annotations

from collections.abc import Iterator

import pytest

from hjalp_tests.mail.office_post import Post, post_office


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    with post_office(tmp_path_factory.mktemp("post")) as post:
        yield post


@pytest.fixture
def post(running: Post, monkeypatch: pytest.MonkeyPatch) -> Post:
    """The server with nothing in its box; its certificate is trusted."""
    running.empty()
    monkeypatch.setenv("SSL_CERT_FILE", str(running.authority))
    return running
