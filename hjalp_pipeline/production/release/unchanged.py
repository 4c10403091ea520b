"""A release never changes: what stands must be as it was published, and making it again must give the same."""

from hjalp_pipeline import __version__
from hjalp_pipeline.production.release.manifest import (
    Manifest,
    Program,
    known_manifest,
)
from hjalp_pipeline.production.release.release_inputs import (
    ReleaseRefused,
)
from hjalp_pipeline.production.release.standing import require_as_published
from hjalp_pipeline.storage.root import DataRoot


def require_standing(root: DataRoot, release: str) -> None:
    """A release that stands must be as it was published, and be made again by the version that published it."""
    if (root.releases / release).is_dir():
        require_as_published(root, release)
    known = known_manifest(root, release)
    if known is None or known.program == Program(__version__):
        return
    version = known.program.version if known.program else "an unknown version"
    raise ReleaseRefused(
        release,
        [
            f"it was made by hjalp {version}, and this is {__version__}, which may count otherwise",
            f"a published release never changes: make a new one, or make this one again with hjalp {version}",
        ],
    )


def require_same(release: str, standing: Manifest, remade: Manifest) -> None:
    """A release never changes: making it again must give what stands, else it is refused with what differs."""
    changed = [
        f"{part} {name} differs from what was published"
        for part, before, now in (
            ("inputs", standing.inputs, remade.inputs),
            ("outputs", standing.outputs, remade.outputs),
        )
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]
    if changed:
        raise ReleaseRefused(release, [*changed, "a published release never changes: make a new one"])
