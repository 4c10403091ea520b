"""The head: the one object that says which state of the data root is in force. Replacing it is what makes a change, whole or not at all."""

import hashlib
import json
from dataclasses import dataclass

from hjalp_pipeline import __version__
from hjalp_pipeline.storage.objects.bucket import OWN, Bucket, GoneError, ObjectsError
from hjalp_pipeline.storage.objects.listing import FORMAT, Listing

_KEY = f"{OWN}/head.json"
CONTENT, LISTINGS = f"{OWN}/content", f"{OWN}/listings"


@dataclass(frozen=True, slots=True)
class Head:
    """Which state is in force (``known``, "" for none yet), the SHA-256 of its listing, and the object's mark."""

    known: str = ""
    sha256: str = ""
    etag: str = ""

    @property
    def listing_key(self) -> str:
        """Where the listing is."""
        return listing_key(self.known)


def listing_key(known: str) -> str:
    """Where the listing of a state is."""
    return f"{LISTINGS}/{known}.json.gz"


def read_head(bucket: Bucket) -> Head:
    """The head as it is now. ObjectsError when it is of a later program, or is none, or has gone."""
    got = bucket.get(_KEY)
    if got is None:
        if next(bucket.listed(LISTINGS), None) is not None:
            raise ObjectsError(
                f"{bucket.name}: {_KEY} has gone, and says which state was in force: put it back. Nothing is changed"
            )
        return Head()
    content, found = got
    try:
        told = json.loads(content)
        if told["format"] > FORMAT:
            raise ObjectsError(f"{bucket.name} was written by hjalp {told['program']}: use that version or a later one")
        return Head(told["state"], told["sha256"], found.etag)
    except (ValueError, KeyError, TypeError):
        raise ObjectsError(f"{bucket.name}: {_KEY} is not as it was written") from None


def read_listing(bucket: Bucket, head: Head) -> Listing:
    """What the state of a head holds; GoneError when it has been replaced and cleared away since."""
    if not head.known:
        return Listing()
    got = bucket.get(head.listing_key)
    if got is None:
        raise GoneError(f"{bucket.name}: {head.listing_key} is gone")
    content, _ = got
    try:
        if hashlib.sha256(content).hexdigest() != head.sha256:
            raise ValueError("another content")
        return Listing.unpacked(content)
    except (ValueError, KeyError, TypeError, OSError, EOFError):
        raise ObjectsError(f"{bucket.name}: {head.listing_key} is not as it was written") from None


def put_head(bucket: Bucket, before: Head, known: str, listing: Listing) -> None:
    """Put a listing, and then the head that brings it in force; TakenError when ``before`` is not the head any more."""
    packed = listing.packed()
    # One of no state first: a listing without a head is one whose head has gone.
    etag = before.etag or bucket.put_first(_KEY, _told("", b""))
    bucket.put(listing_key(known), packed)
    bucket.put_over(_KEY, _told(known, packed), etag)


def _told(known: str, packed: bytes) -> bytes:
    told = {"format": FORMAT, "state": known, "sha256": hashlib.sha256(packed).hexdigest(), "program": __version__}
    return (json.dumps(told, indent=1) + "\n").encode()
