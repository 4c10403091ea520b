"""Hashes of files, of what something was made from, and of the code that made it."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

_BLOCK = 1 << 20


def sha256(path: Path) -> str:
    """SHA-256 of a file's content, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fingerprint(*parts: object) -> str:
    """SHA-256 over the parts' text, the same on every machine."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def code_fingerprint(*packages: str, leave_out: tuple[str, ...] = ()) -> str:
    """SHA-256 over the source files of packages (or modules) below ``hjalp_pipeline``.

    Stored results carry it, so that they go stale when the code that made them changes. ``leave_out``: names of files
    that do not matter to the result. ModuleNotFoundError for a name that is neither a package nor a module.
    """
    here = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for package in packages:
        place = here / package
        if not place.exists():
            raise ModuleNotFoundError(package)
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            if file.is_file() and file.name not in leave_out and file.suffix in {".py", ".csv", ".xsd", ".sql"}:
                digest.update(file.relative_to(here).as_posix().encode() + b"\x00" + file.read_bytes())
    return digest.hexdigest()


def package_fingerprint(*names: str) -> str:
    """SHA-256 over the source files of packages and modules by their dotted names, with what lies below them."""
    digest = hashlib.sha256()
    for name in names:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(name)
        place = Path(spec.origin)
        for file in sorted(place.parent.rglob("*")) if place.name == "__init__.py" else [place]:
            if file.is_file() and file.suffix in {".py", ".csv"}:
                inside = file.relative_to(place.parent).as_posix()
                digest.update(f"{name}/{inside}".encode() + b"\x00" + file.read_bytes())
    return digest.hexdigest()
