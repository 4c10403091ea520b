"""The names a server answers to, and which addresses it takes at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.web.address import AddressError, is_loopback, serve_on

PUBLIC = "https://hjalp.example.dk"


def test_on_this_machine_the_names_of_this_machine_with_the_port() -> None:
    address = serve_on("127.0.0.1", 3000)
    assert dict(address.origins) == {
        "127.0.0.1:3000": "http://127.0.0.1:3000",
        "localhost:3000": "http://localhost:3000",
        "[::1]:3000": "http://[::1]:3000",
    }
    assert address.shown == "http://127.0.0.1:3000"
    assert "localhost" in serve_on("localhost", 80).origins
    assert serve_on("127.0.0.2", 3000).shown == "http://127.0.0.2:3000"
    assert serve_on("::1", 3000).shown == "http://[::1]:3000"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "hjalp.example.dk", "", "localhost.example.dk"])
def test_another_host_only_behind_a_proxy(host: str) -> None:
    with pytest.raises(AddressError, match="--behind-proxy https://NAME"):
        serve_on(host, 3000)
    address = serve_on(host, 3000, PUBLIC)
    assert address.shown == PUBLIC
    assert address.origins["hjalp.example.dk"] == PUBLIC
    assert f"{host}:3000" not in address.origins


@pytest.mark.parametrize(
    "origin",
    [
        "hjalp.example.dk",
        "http://hjalp.example.dk",  # the login would be sent in the clear
        "https://",
        "https://hjalp.example.dk/path",
        "https://hjalp.example.dk?a",
        "https://hjalp.example.dk#a",
        "https://me@hjalp.example.dk",
        "https://hjalp.example.dk:port",
        "https://localhost",
        "https://127.0.0.1:3000",
        "*",
        "null",
        "",
    ],
)
def test_the_public_origin_is_one(origin: str) -> None:
    with pytest.raises(AddressError, match="not of the form"):
        serve_on("127.0.0.1", 3000, origin)


def test_the_public_origin_as_browsers_write_it() -> None:
    assert serve_on("127.0.0.1", 3000, "https://HJALP.example.dk/").shown == PUBLIC
    assert serve_on("127.0.0.1", 3000, "https://hjalp.example.dk:443").shown == PUBLIC
    assert serve_on("127.0.0.1", 3000, "https://hjalp.example.dk:8443").shown == "https://hjalp.example.dk:8443"


def test_who_may_connect() -> None:
    address = serve_on("0.0.0.0", 3000, PUBLIC, ["10.0.0.9"])
    for peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.9", "::ffff:10.0.0.9"):
        assert address.admits(peer), peer
    for peer in ("10.0.0.8", "::ffff:10.0.0.8", "2001:db8::1", None):
        assert not address.admits(peer), peer
    with pytest.raises(AddressError, match="not an IP address"):
        serve_on("0.0.0.0", 3000, PUBLIC, ["proxy.example.dk"])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost", "LOCALHOST"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


def test_the_command_says_what_is_wrong_before_it_starts_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    with pytest.raises(SystemExit) as left:
        main(["ui", "--host", "0.0.0.0"])
    assert left.value.code == 2
    assert "asks nobody for a login" in capsys.readouterr().err
