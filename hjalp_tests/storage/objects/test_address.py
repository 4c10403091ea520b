"""What names a data root in a bucket, and that nothing confidential goes where anybody can read it on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.storage.objects import bucket
from hjalp_pipeline.storage.objects.bucket_address import Address
from hjalp_pipeline.storage.objects.listing import Listing, Stored, is_carried
from hjalp_pipeline.storage.root import DataRoot, DataRootError


def test_bucket_prefix_and_endpoint() -> None:
    assert Address.parse("s3://b/p/q/", {}) == Address("b", "p/q", None)
    assert str(Address.parse("s3://b", {"AWS_ENDPOINT_URL": "https://a:9"})) == "s3://b at https://a:9"


@pytest.mark.parametrize("text", ["s3://", "s3:///p", "s3://b/../p", "s3://b//p", "s3://b/.hjalp"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(DataRootError, match="is not s3://BUCKET/PREFIX"):
        Address.parse(text, {})


def test_an_endpoint_without_encryption_only_on_this_machine_or_when_the_office_says_so() -> None:
    for allowed in ({}, {"AWS_ALLOW_HTTP": "true"}):
        Address.parse("s3://b", {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", **allowed})
    Address.parse("s3://b", {"AWS_ENDPOINT_URL": "http://minio", "AWS_ALLOW_HTTP": "true"})
    with pytest.raises(DataRootError, match="is not encrypted"):
        Address.parse("s3://b", {"AWS_ENDPOINT_URL": "http://minio"})
    for wrong in ("minio:9000", "https://", "https://key:secret@minio"):
        with pytest.raises(DataRootError, match="endpoint") as told:
            Address.parse("s3://b", {"AWS_ENDPOINT_URL": wrong})
        assert "secret" not in str(told.value)


def test_a_working_copy_for_each_address() -> None:
    one, other = Address("b", "p", None), Address("b", "q", None)
    cache = {"XDG_CACHE_HOME": "/cache"}
    assert one.working_copy(cache).parent == Path("/cache/hjalp")
    assert one.working_copy(cache) != other.working_copy(cache)
    assert one.working_copy({"HJALP_WORKING_COPY": "/named"}) == Path("/named")


def test_only_the_command_line_works_on_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJALP_DATA", "s3://b/p")
    with pytest.raises(DataRootError, match="only the command `hjalp`"):
        DataRoot.from_environment()


@pytest.mark.parametrize(
    "path", ["", "/etc/x", "a/../b", "./a", "a//b", ".x", "a/.x/b", "a" * 300, "a\0b", "portal/key"]
)
def test_no_listing_names_a_place_outside(path: str) -> None:
    assert not is_carried(path)
    with pytest.raises(ValueError, match="none of a data root"):
        Listing.unpacked(Listing({path: Stored("0.1", 1, 0o600, 0)}).packed())


def test_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket, "find_spec", lambda _name: None)
    with pytest.raises(DataRootError, match="needs the extra s3"):
        bucket.Bucket.at(Address("b", "p", None))
