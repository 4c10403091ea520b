"""Which key of the office a release is made with (R11): the one it is pinned to, and the same as the versions before it."""

from collections.abc import Sequence

from hjalp_pipeline.confidentiality.keyed import OfficeKey
from hjalp_pipeline.production.release.manifest import pins_of
from hjalp_pipeline.production.release.pins import Gate, Pins, ReleaseRefused
from hjalp_pipeline.storage.key_file import KEY_FILE, read_key
from hjalp_pipeline.storage.root import DataRoot


def key_of(root: DataRoot, release: str, pins: Pins, earlier: Sequence[str]) -> OfficeKey | None:
    """The key that the pins name, None when they name none. ``earlier``: the releases of its years before it.

    ReleaseRefused when the office has another key or none, and when an earlier release was made with another: two
    patterns of the same figures by two keys, subtracted, could give hidden figures away. A release without a key may be
    followed by one with a key.
    """
    before = {name: of.key for name in earlier if (of := pins_of(root, name)) is not None and of.key}
    reasons = [
        f"{name} was made with another key of the office than {KEY_FILE} holds, and every version of a year is made with"
        " the same: restore that key"
        for name, digest in before.items()
        if digest != pins.key
    ]
    key = read_key(root) if pins.key else None
    if pins.key and (key is None or key.digest != pins.key):
        reasons.append(
            f"it was made with another key of the office than {KEY_FILE} holds: restore that key"
            if key
            else f"it was made with a key of the office, and {KEY_FILE} is missing: restore it from where it is kept"
        )
    if reasons:
        raise ReleaseRefused(release, reasons, Gate.CONFIDENTIALITY)
    return key
