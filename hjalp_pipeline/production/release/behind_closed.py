"""Releases whose pages show figures of one that is still closed: they wait for it."""

from typing import Any

from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.storage.files import read_json
from hjalp_pipeline.storage.root import DataRoot


def still_closed(root: DataRoot, release: str) -> list[str]:
    """Releases that stand and are closed, of those whose figures the pages of another that stands show."""
    try:
        told = protected_against(read_json(root.releases / release / "manifest.json"))
    except (OSError, ValueError):
        return []  # it is not as it was published, and told as such
    return [name for name in told if is_closed(root, name)]


def protected_against(manifest: Any) -> tuple[str, ...]:
    """The releases that a manifest, as it was read, says its own was held against; none when it does not tell."""
    try:
        return tuple(name for name in manifest["confidentiality"]["protected_against"] if is_release_name(name))
    except (KeyError, TypeError):
        return ()


def is_closed(root: DataRoot, release: str) -> bool:
    """Whether a release stands and its owner alone may look into it."""
    try:
        return not (root.releases / release).stat().st_mode & 0o077
    except OSError:
        return False
