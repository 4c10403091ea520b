"""Whether a published release is as it was published: its manifest, every file it names, and no other."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hjalp_pipeline.production.release.manifest import copy_path, json_object
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

MANIFEST = "manifest.json"


def require_as_published(root: DataRoot, release: str) -> None:
    """ReleaseRefused, naming each file, when a release is not as it was published. A file is read once, not at every look."""
    lake = Lake(root)
    found = release_faults(root, release, lambda path: lake.hashes.digest(root.name(path), path))
    lake.hashes.save()
    if found:
        raise ReleaseRefused(
            release, [*found, f"{root.command('verify')} {release} tells more; put the files back from a copy"]
        )


def changed_releases(root: DataRoot) -> list[str]:
    """What of the releases that stand is not as it was published, one sentence each. Cheap: only files whose size or times are
    not as they were are read again.
    """
    lake = Lake(root)
    found = []
    for folder in sorted(root.releases.glob(f"*/{MANIFEST}")):
        name = folder.parent.name
        if is_release_name(name):
            found += release_faults(root, name, lambda path: lake.hashes.digest(root.name(path), path))
    lake.hashes.save()
    return found


def release_faults(root: DataRoot, release: str, digest: Callable[[Path], str] = sha256) -> list[str]:
    """What of a release is not as it was published, one sentence each; ``digest`` gives a file's SHA-256."""
    folder = root.releases / release
    where = f"releases/{release}"
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as fault:
        return [f"{where}/{MANIFEST} cannot be read ({type(fault).__name__})"]
    found = []
    copy = json_object(copy_path(root, release))
    if copy is not None and copy != manifest and _definition(copy) == _definition(manifest):
        found.append(f"{where}/{MANIFEST} is not the one that was kept in lake/udgivelser/manifester/")
        manifest = copy
    outputs = manifest.get("outputs") if isinstance(manifest, dict) else None
    if not isinstance(outputs, dict):
        return [*found, f"{where}/{MANIFEST} names no files"]
    return [*found, *(f"{where}/{name} {what}" for name, what in sorted(_differences(folder, outputs, digest).items()))]


def _definition(manifest: Any) -> Any:
    """The definition a manifest is of: the lake may keep one of an earlier definition by the same name that never stood."""
    pins = manifest.get("pins") if isinstance(manifest, dict) else None
    return pins.get("definition") if isinstance(pins, dict) else None


def _differences(folder: Path, outputs: Mapping[str, Any], digest: Callable[[Path], str]) -> dict[str, str]:
    standing = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    parents = {parent.as_posix() for name in outputs for parent in Path(name).parents}
    found = {name: "is missing" for name in outputs if name not in standing}
    for name, path in standing.items():
        if path.is_symlink():
            found[name] = "is a link"
        elif path.is_dir():
            if name not in parents:
                found[name] = "is no part of the release"
        elif name not in outputs:
            if name != MANIFEST:
                found[name] = "is no part of the release"
        elif not path.is_file():  # a pipe would be waited for
            found[name] = "is no file"
        else:
            try:
                if digest(path) != outputs[name]:
                    found[name] = "is not as it was published"
            except OSError as fault:
                found[name] = f"cannot be read ({type(fault).__name__})"
    return found


def sums(folder: Path, public: Callable[[Path], bool]) -> bytes:
    """``SHA256SUMS`` of the files below a folder that ``public`` lets through, as ``sha256sum -c`` reads it."""
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return "".join(f"{sha256(folder / name)}  {name.as_posix()}\n" for name in names if public(name)).encode()
