"""``s3://bucket/prefix``: what it names, with what settings it is reached, and where its working copy lies."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hjalp_pipeline.storage.root import SCHEME, DataRootError

#: Setting: the folder of the working copy; without it one below the account's cache.
WORKING_COPY = "HJALP_WORKING_COPY"
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Address:
    """A bucket, the prefix of the data root in it, and the endpoint (None: that of AWS)."""

    bucket: str
    prefix: str
    endpoint: str | None

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.prefix}".rstrip("/") + (f" at {self.endpoint}" if self.endpoint else "")

    @classmethod
    def parse(cls, text: str, environment: Mapping[str, str]) -> "Address":
        """DataRootError for what is no address, or one that would send microdata over the network as they are."""
        bucket, _, prefix = text.removeprefix(SCHEME).partition("/")
        prefix = prefix.removesuffix("/")
        parts = prefix.split("/") if prefix else []
        if not bucket or any(part in ("", ".", "..") or part.startswith(".") for part in parts):
            raise DataRootError(f"{text} is not {SCHEME}BUCKET/PREFIX")
        endpoint = next((environment[name] for name in _ENDPOINTS if environment.get(name)), None)
        if endpoint is not None:
            _require_private(endpoint, environment)
        return cls(bucket, prefix, endpoint)

    def working_copy(self, environment: Mapping[str, str]) -> Path:
        """The folder of the working copy, this address's own."""
        named = environment.get(WORKING_COPY)
        if named:
            return Path(named).resolve()
        cache = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        own = hashlib.sha256(f"{self.endpoint} {self.bucket} {self.prefix}".encode()).hexdigest()[:12]
        return cache.resolve() / "hjalp" / f"{self.bucket}-{own}"


def _require_private(endpoint: str, environment: Mapping[str, str]) -> None:
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise DataRootError("the endpoint of the object storage is not https://HOST or https://HOST:PORT")
    allowed = environment.get("AWS_ALLOW_HTTP", "").lower() == "true" or parts.hostname in _LOOPBACK
    if parts.scheme == "http" and not allowed:
        raise DataRootError(
            f"{endpoint} is not encrypted, and microdata would be sent to it: name https://, or set AWS_ALLOW_HTTP=true "
            "where the network itself is"
        )


def here() -> Address:
    """The address that ``$HJALP_DATA`` names."""
    return Address.parse(os.environ["HJALP_DATA"], os.environ)
