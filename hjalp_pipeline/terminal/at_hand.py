"""The data root that a command works on: a folder, or the working copy of a bucket, brought up to date before and put back after."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hjalp_pipeline.storage.root import (
    ENVIRONMENT_VARIABLE,
    STATISTICS,
    DataRoot,
    DataRootError,
    is_address,
    require_place,
)

if TYPE_CHECKING:
    from hjalp_pipeline.storage.objects.bucket import Bucket
    from hjalp_pipeline.storage.objects.working_copy import WorkingCopy

#: They are given another folder.
_ELSEWHERE = ("init", "synth")
_MAKES_ONE = "demo"
#: What only looks needs no turn, and puts nothing back.
_ONLY_LOOK = ("status", "check", "verify", "query", "approvals", "microdata", "site")
#: They answer from a data root at any moment, and keep of their own what no bucket holds.
_ON_A_DISK = ("portal", "serve")
#: Others work beside it while it is called so; not before the state in force is here, nor when it has put its last.
_GOES_ON = "ui"
_BEGINS, _ENDS = "ui, which is not up yet", "ui, which is ending"
_ASKS = "query"


@contextlib.contextmanager
def at_hand(command: str, *, clears: bool = False) -> Iterator[None]:
    """``$HJALP_DATA`` is a folder while the block runs; DataRootError when there is none.

    ``clears``: the command removes for good, in a bucket too.
    """
    if command in _ELSEWHERE:
        yield
    elif not is_address(os.environ.get(ENVIRONMENT_VARIABLE, "")):
        if command != _MAKES_ONE:
            require_place()
        yield
    else:
        with _from_bucket(command, clears=clears):
            yield


@contextlib.contextmanager
def _from_bucket(command: str, *, clears: bool) -> Iterator[None]:
    if command in _ON_A_DISK:
        raise DataRootError(f"`hjalp {command}` needs a data root on a disk, not in a bucket (docs/object-storage.md)")
    from hjalp_pipeline.storage.objects.bucket import Bucket  # noqa: PLC0415
    from hjalp_pipeline.storage.objects.bucket_address import here  # noqa: PLC0415 (a data root on a disk never loads it)
    from hjalp_pipeline.storage.objects.fetching import bring  # noqa: PLC0415
    from hjalp_pipeline.storage.objects.working_copy import WorkingCopy  # noqa: PLC0415

    address = here()
    bucket, copy = Bucket.at(address), WorkingCopy(address.working_copy(os.environ))
    looks = command in _ONLY_LOOK
    with contextlib.ExitStack() as stack:
        said = _BEGINS if command == _GOES_ON else command
        holder = stack.enter_context(copy.held(wait=False, said=said))
        if holder == _BEGINS and not looks:
            raise DataRootError("`hjalp ui` has the working copy and is not up yet: type the command again when it is")
        if holder is not None and not looks and holder != _GOES_ON:
            _say(f"waits for `hjalp {holder}`, which has the working copy")
            stack.enter_context(copy.held(wait=True, said=said))
            holder = None
        copy.require_of(bucket.name)
        with _named(copy):
            if holder is not None:  # who has the copy keeps it up to date, and puts what is made here
                try:
                    yield
                finally:
                    if not looks:
                        _see_off(copy, bucket, command, clears=clears)
            elif looks:
                bring(copy, bucket, _say)
                _require_something(copy, bucket)
                if command == _ASKS:
                    _make_databases()
                yield
            else:
                with _written(copy, bucket, command, clears=clears):
                    yield


def _see_off(copy: "WorkingCopy", bucket: "Bucket", command: str, *, clears: bool) -> None:
    """What a command made beside `hjalp ui` is put by that, or here when it has ended meanwhile."""
    with contextlib.ExitStack() as stack:
        holder = stack.enter_context(copy.held(wait=False, said=command))
        if holder == _GOES_ON:
            if clears:
                _say(
                    "what was removed stays in the bucket until `hjalp prune --yes` is typed without `hjalp ui` beside it"
                )
            return
        if holder is not None:
            _say(f"waits for `hjalp {holder}`, which has the working copy")
            stack.enter_context(copy.held(wait=True, said=command))
        copy.works(now=True)
        with _written(copy, bucket, command, clears=clears):
            pass


@contextlib.contextmanager
def _written(copy: "WorkingCopy", bucket: "Bucket", command: str, *, clears: bool) -> Iterator[None]:
    """The state in force before the block, what was made after it, also when the command failed: what it made whole stands."""
    from hjalp_pipeline.storage.objects.courier import courier  # noqa: PLC0415
    from hjalp_pipeline.storage.objects.fetching import bring  # noqa: PLC0415
    from hjalp_pipeline.storage.objects.putting import LostError, clear_away, hand_over  # noqa: PLC0415
    from hjalp_pipeline.storage.objects.turn import turn  # noqa: PLC0415

    with turn(bucket, copy.owner, command, _say):
        head = bring(copy, bucket, _say)
        if command != _MAKES_ONE:
            _require_something(copy, bucket)
        copy.works(now=True)
        copy.is_called(command)
        failed: BaseException | None = None
        try:
            with courier(copy, bucket, _say) if command == _GOES_ON else contextlib.nullcontext():
                yield
        except (Exception, SystemExit) as fault:
            failed = fault
        finally:
            if command == _GOES_ON:
                copy.is_called(_ENDS)
        try:
            from hjalp_pipeline.storage.objects.head import read_head  # noqa: PLC0415

            hand_over(copy, bucket, read_head(bucket) if command == _GOES_ON else head, _say)
            copy.works(now=False)
            if clears:
                clear_away(copy, bucket, _say)
        except LostError as fault:
            copy.works(now=False)
            _raise(failed, fault)
        except DataRootError as fault:
            what = f"{fault}. What `hjalp {command}` made is in {copy.folder}; the next command there takes it up"
            _raise(failed, DataRootError(what))
        if failed is not None:
            raise failed


def _raise(failed: BaseException | None, fault: DataRootError) -> None:
    if failed is None:
        raise fault
    _say(str(fault))


def _make_databases() -> None:
    """The analysts' database names files by their whole path: each working copy has its own, made when it is first asked."""
    from hjalp_pipeline.production.analysts import make_catalog, mend_catalog  # noqa: PLC0415

    for root in map(DataRoot.from_environment, STATISTICS):
        if root.catalog.is_file():
            mend_catalog(root)
        elif (root.lake / "layout.json").is_file():
            make_catalog(root)


def _require_something(copy: "WorkingCopy", bucket: "Bucket") -> None:
    if not any(copy.data.iterdir()):
        raise DataRootError(
            f"{bucket.name} holds no data root: copy one there that `hjalp init` has made, or `hjalp demo` makes one of made-up data"
        )


@contextlib.contextmanager
def _named(copy: "WorkingCopy") -> Iterator[None]:
    """The working copy is the data root, here and in every process that is started."""
    before = os.environ[ENVIRONMENT_VARIABLE]
    os.environ[ENVIRONMENT_VARIABLE] = str(copy.data)
    try:
        yield
    finally:
        os.environ[ENVIRONMENT_VARIABLE] = before


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
