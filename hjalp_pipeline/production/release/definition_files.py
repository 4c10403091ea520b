"""Release definitions as they lie in ``releases/``: one by its name, and those of the releases that stand."""

import contextlib

from hjalp_pipeline.publishing.definition import Definition, DefinitionError, is_release_name, parse_definition
from hjalp_pipeline.storage.root import DataRoot


def read_definition(root: DataRoot, release: str) -> Definition:
    """The definition of a release; DefinitionError when it is missing or cannot be used."""
    path = root.releases / f"{release}.toml"
    if not is_release_name(release):  # a partition or tag is text somebody typed: no path is made of it
        raise DefinitionError(f"{release!r} is not the name of a release (2024v1)")
    if not path.is_file():
        raise DefinitionError(f"releases/{release}.toml is missing")
    try:
        text, declared = path.read_text(encoding="utf-8-sig"), root.declared
        return parse_definition(release, text, declared.definition, declared.period)
    except UnicodeDecodeError:
        raise DefinitionError(f"releases/{release}.toml is not UTF-8") from None


def planned_definitions(root: DataRoot) -> list[Definition]:
    """Every definition that can be read, whether its release stands or not, by the time they come out."""
    found = []
    for path in root.releases.glob("*.toml"):
        if is_release_name(path.stem):
            with contextlib.suppress(DefinitionError):
                found.append(read_definition(root, path.stem))
    return sorted(found, key=lambda definition: (definition.publish_at, definition.release))


def standing_definitions(root: DataRoot) -> list[Definition]:
    """Definitions of the releases that stand, by the time they come out; one that can no longer be read is left out."""
    found = []
    for path in root.releases.glob("*/manifest.json"):
        if is_release_name(path.parent.name):
            with contextlib.suppress(DefinitionError):
                found.append(read_definition(root, path.parent.name))
    return sorted(found, key=lambda definition: (definition.publish_at, definition.release))
