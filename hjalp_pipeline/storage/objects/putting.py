"""From the working copy to the bucket: contents first, then their listing, then the head, which alone makes the change."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from hjalp_pipeline.storage.hashes import mark
from hjalp_pipeline.storage.objects.bucket import Bucket, ObjectsError, TakenError, shown
from hjalp_pipeline.storage.objects.fetching import AT_ONCE, Say, bring, changed, is_taken
from hjalp_pipeline.storage.objects.head import CONTENT, LISTINGS, Head, listing_key, put_head, read_head
from hjalp_pipeline.storage.objects.listing import Listing, Stored
from hjalp_pipeline.storage.objects.working_copy import WorkingCopy


class LostError(ObjectsError):
    """Another command was sooner; what this one made is not in force."""


class MovingError(ObjectsError):
    """A file was changed while it was put: somebody else writes to the working copy."""


def hand_over(copy: WorkingCopy, bucket: Bucket, head: Head, say: Say) -> bool:
    """Put what was changed in the working copy since ``head``; whether there was anything.

    LostError when another command has changed the data root since: the working copy is then that one's state.
    """
    made = _put(copy, bucket, head, say, even_if_same=False)
    _remove_taken(copy, bucket)
    return made


def clear_away(copy: WorkingCopy, bucket: Bucket, say: Say) -> int:
    """Remove contents that no file has any more, after ``hand_over``; returns how many objects.

    They are listed, and then a new head is put, before any is removed. So whoever has put one of them cannot bring it in
    force (the head is another by then), and what is put later is not listed. No clock is asked.
    """
    head = read_head(bucket)
    if not head.known:
        return 0
    there = [found.key for below in (CONTENT, LISTINGS) for found in bucket.listed(below)]
    _put(copy, bucket, head, say, even_if_same=True)
    known, listing = copy.base
    used = {f"{CONTENT}/{one.content}" for one in listing.files.values()} | {listing_key(known)}
    old = [key for key in there if key not in used]
    bucket.delete(old)
    return len(old)


def _put(copy: WorkingCopy, bucket: Bucket, head: Head, say: Say, *, even_if_same: bool) -> bool:
    known, base = copy.base
    if known != head.known:
        raise ObjectsError("the working copy is not of the state that is to be replaced")
    here, taken = copy.looked_at(), {**base.taken, **copy.taken}
    same = not changed(base, here) and dict(here.folders) == dict(base.folders) and taken == dict(base.taken)
    if same and not even_if_same:
        return False
    new = uuid4().hex
    listing = Listing(_contents(copy, bucket, base.files, here.files, new), here.folders, taken)
    try:
        put_head(bucket, head, new, listing)
    except TakenError:
        # An answer may be lost and the request repeated: then the one that was sooner is this one.
        if read_head(bucket).known != new:
            bring(copy, bucket, say)
            raise LostError(
                f"{bucket.name} was changed by another command meanwhile; what this one made is not in force there. Run it again"
            ) from None
    copy.save_base(new, listing)
    copy.save_taken({})
    return True


def _contents(
    copy: WorkingCopy, bucket: Bucket, base: Mapping[str, Stored], here: Mapping[str, Stored], new: str
) -> dict[str, Stored]:
    """The files with the names of their contents in the bucket, after what is not there was put."""
    names = {one.sha256: one.content for one in base.values()}
    files, to_put = {}, dict[str, str]()
    for path, one in here.items():
        if one.is_as(base.get(path)):
            files[path] = base[path]
            continue
        if one.sha256 not in names:
            # Named by its command too: nobody relies on an object that another command, which was never in force, has put.
            names[one.sha256] = f"{one.sha256}.{new}"
            to_put[path] = names[one.sha256]
        files[path] = Stored(names[one.sha256], one.size, one.mode, one.changed)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda item: _put_content(copy, bucket, *item), to_put.items()))
    return files


def _put_content(copy: WorkingCopy, bucket: Bucket, path: str, content: str) -> None:
    place = copy.data / path
    try:
        before = mark(place.stat())
        bucket.put(f"{CONTENT}/{content}", place)
        after = mark(place.stat())
    except FileNotFoundError:
        raise MovingError(f"{shown(path)} was removed while it was put") from None
    if before != after or copy.hashes.digest(path, place) != content.partition(".")[0]:
        raise MovingError(f"{shown(path)} was changed while it was put")


def _remove_taken(copy: WorkingCopy, bucket: Bucket) -> None:
    """Objects that somebody put go when the file that was made of them has gone (its time is over)."""
    _, listing = copy.base
    gone = {key: was for key, was in listing.taken.items() if key not in listing.files}
    if gone:
        bucket.delete(
            found.key for found in bucket.handed_in() if found.key in gone and is_taken(found, gone[found.key])
        )
