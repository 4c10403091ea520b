"""A declaration of the small country, and what tests ask of it."""

import json

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.dialogue.quality.quality import Quality
from hjalp_pipeline.dialogue.quality.quality_figures import quality
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.making import Release, make_release
from hjalp_pipeline.production.release.release_inputs import collect_inputs
from hjalp_pipeline.storage.root import DataRoot


def release(root: DataRoot, name: str) -> Release:
    return make_release(root, name, documents=DOCUMENTS)


def found(root: DataRoot, name: str, earlier: tuple[str, ...] = ()) -> Quality:
    """The figures of a release that stands, worked out again."""
    return quality(collect_inputs(root, read_definition(root, name)), earlier, root.releases / name)


def concept(root: DataRoot, name: str, code: str) -> object:
    content = json.loads((root.releases / name / "quality.json").read_text(encoding="utf-8"))
    (value,) = [entry["value"] for entry in content["concepts"] if entry["concept"] == code]
    return value
