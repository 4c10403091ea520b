"""From the bucket to the working copy: the state in force, and what somebody has put into the bucket."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hjalp_pipeline.storage.objects.bucket import Bucket, Found, GoneError, ObjectsError, shown
from hjalp_pipeline.storage.objects.head import CONTENT, Head, read_head, read_listing
from hjalp_pipeline.storage.objects.listing import Listing, is_carried
from hjalp_pipeline.storage.objects.working_copy import WorkingCopy, is_result

#: Objects that are read or written at a time.
AT_ONCE = 8
_TRIES = 3
_SHOWN = 5

Say = Callable[[str], None]


def bring(copy: WorkingCopy, bucket: Bucket, say: Say) -> Head:
    """Make the working copy the state in force, with what was put into the bucket since; returns its head.

    What a command left here that was not put in time stays where it is right whoever made it, the rest is set aside, and
    ``say`` tells where.
    """
    for attempt in range(1, _TRIES + 1):
        head = read_head(bucket)
        try:
            if copy.base[0] and not head.known:
                raise ObjectsError(
                    f"{bucket.name} holds no data root any more; {copy.folder} has the last one, and is left"
                )
            if head.known != copy.base[0]:
                _replace(copy, bucket, head, say)
            elif not copy.working:
                _bring_again(copy, bucket, say)
            break
        except GoneError:  # the state was replaced and cleared away while it was read
            if attempt == _TRIES:
                raise
    take_in(copy, bucket, say)
    return head


def lost(base: Listing, here: Listing, theirs: Listing, coming: Listing, taken: Mapping[str, str]) -> list[str]:
    """Paths changed here since ``base`` that cannot stand beside ``theirs``, which has come meanwhile.

    Not those that are the same there, that were being brought here, that were taken from the bucket and are taken again, or
    that are right whoever made them.
    """
    return [
        path
        for path in changed(base, here)
        if not _same(here, theirs, path)
        and not _same(here, coming, path)
        and not (path in taken and path in here.files and taken[path].endswith(here.files[path].sha256))
        and not (is_result(path) and path not in base.files)
    ]


def changed(base: Listing, here: Listing) -> list[str]:
    """Paths whose file was made, changed or removed."""
    return sorted(path for path in {*base.files, *here.files} if not _same(base, here, path))


def _same(one: Listing, other: Listing, path: str) -> bool:
    left, right = one.files.get(path), other.files.get(path)
    return left is right or (left is not None and left.is_as(right))


def in_order(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Files that others name, and the small ones that name them, which come after."""
    naming = [path for path in paths if path.endswith(".json")]
    return [path for path in paths if not path.endswith(".json")], naming


def _replace(copy: WorkingCopy, bucket: Bucket, head: Head, say: Say) -> None:
    _, base = copy.base
    here, theirs, coming = copy.looked_at(), read_listing(bucket, head), copy.coming
    mine = lost(base, here, theirs, coming, copy.taken)
    if not copy.working:  # no command removed what is not here
        mine = [path for path in mine if path in here.files]
    if mine:
        folder = copy.set_aside(mine)
        say(
            f"another command was sooner: {len(mine)} files that were changed here are not in force"
            + (f", and lie in {folder}" if folder else "")
            + ". Run again what made them; what was computed is used"
        )
    copy.save_coming(head.known, theirs)
    copy.save_taken({})
    copy.make_folders(theirs.folders)
    wanted = [path for path in theirs.files if path in mine or not _same(here, theirs, path)]
    _fetch(copy, bucket, theirs, wanted)
    files, folders = {*base.files, *coming.files}, {*base.folders, *coming.folders}
    copy.remove(files.difference(theirs.files), folders.difference(theirs.folders))
    copy.make_folders(theirs.folders)
    copy.hashes.save()
    copy.save_base(head.known, theirs)


def _bring_again(copy: WorkingCopy, bucket: Bucket, say: Say) -> None:
    """What has gone from the working copy while no command worked was removed by none: by who cleans caches, or a disk."""
    _, base = copy.base
    gone = [path for path in base.files if not os.path.lexists(copy.data / path)]
    copy.make_folders(base.folders)
    if gone:
        _fetch(copy, bucket, base, gone)
        copy.hashes.save()
        say(f"{len(gone)} files had gone from {copy.folder}, removed by no command, and are brought again")


def _fetch(copy: WorkingCopy, bucket: Bucket, state: Listing, wanted: Sequence[str]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for part in in_order(wanted):
            list(pool.map(lambda path: _write(copy, bucket, state, path), part))


def _write(copy: WorkingCopy, bucket: Bucket, theirs: Listing, path: str) -> None:
    one = theirs.files[path]
    copy.write(path, one, bucket, f"{CONTENT}/{one.content}", one.changed)


def take_in(copy: WorkingCopy, bucket: Bucket, say: Say) -> list[str]:
    """Bring what somebody has put into the bucket to its place; returns the paths. Objects are left as they are."""
    _, base = copy.base
    taken = copy.taken
    known = {**base.taken, **taken}
    new, odd = list[str](), list[str]()
    for found in bucket.handed_in():
        if _is_folder(found) or is_taken(found, known.get(found.key, "")):
            continue
        if not is_carried(found.key) or not _fits(copy, found.key):
            odd.append(found.key)
            continue
        try:
            digest = _known(copy, bucket, found, known.get(found.key, "")) or copy.write(
                found.key, None, bucket, found.key, int(found.put_at.timestamp()) * 10**9
            )
        except GoneError:  # removed since it was listed, or an object that some tool put for a folder
            continue
        taken[found.key] = f"{found.mark} {digest}"
        new.append(found.key)
    if new:
        copy.hashes.save()
        copy.save_taken(taken)
    if odd:
        say(
            f"{len(odd)} objects are no files of a data root and are not read: {', '.join(map(ascii, map(shown, sorted(odd)[:_SHOWN])))}"
        )
    return new


def is_taken(found: Found, was: str) -> bool:
    """Whether an object is the one that was taken with this mark, its SHA-256 at the end (or its ETag alone)."""
    return was == found.etag or was.rpartition(" ")[0] == found.mark


def _known(copy: WorkingCopy, bucket: Bucket, found: Found, was: str) -> str | None:
    """The SHA-256 of an object that was taken before under another mark, as in a bucket that was copied: what a command
    has made of its file since stands. None for one that is new.
    """
    digest = was.rpartition(" ")[2]
    same = digest and (copy.data / found.key).is_file() and bucket.fetch(found.key, Path(os.devnull)) == digest
    return digest if same else None


def _is_folder(found: Found) -> bool:
    """Some tools put an empty object for a folder."""
    return found.size == 0 and "." not in found.key.rpartition("/")[2]


def _fits(copy: WorkingCopy, path: str) -> bool:
    """Whether a file can stand there: no folder has its name, no file or link that of one of its folders."""
    place = copy.data / path
    above = [one for one in place.parents if one.is_relative_to(copy.data)]
    links = any(one.is_symlink() for one in above if one != copy.data)
    return not links and not place.is_dir() and not any(os.path.lexists(one) and not one.is_dir() for one in above)
