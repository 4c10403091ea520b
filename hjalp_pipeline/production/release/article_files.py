"""The draft articles of a release: ``lake/udgivelser/nyt/{release}_da.html`` and ``_en.html``, the office's alone.

They are no part of the release: an editor finishes them, and what is published is the editor's. So they have no place in
the manifest, are no bytes that a release made again must have, and are written anew whenever it is made.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hjalp_pipeline.production.release.definition_files import read_definition, standing_definitions
from hjalp_pipeline.production.release.embargo import Standing, standing_releases
from hjalp_pipeline.production.release.manifest import known_manifest
from hjalp_pipeline.production.release.release_calendar import read_days
from hjalp_pipeline.publishing.article.article import REVISION, Beside, article_html
from hjalp_pipeline.publishing.publication import publication_of
from hjalp_pipeline.publishing.table import LANGUAGES, Language
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


def write_articles(root: DataRoot, release: str, languages: Sequence[Language] = LANGUAGES) -> list[Path]:
    """Write the drafts of a release that stands, one a language, from the csv files in its folder; none where its statistic declares no
    article, or where the release lacks a table it begins with or shows no time in it. A section of a table that the release
    does not publish is left out.
    """
    rules, folder = root.declared.article, root.releases / release
    if rules is None:
        return []
    rules = replace(rules, sections=tuple(one for one in rules.sections if (folder / f"{one.table}.csv").is_file()))
    wanted = [folder / f"{name}.csv" for name in rules.tables]
    if not all(path.is_file() for path in wanted):
        return []
    files = {path.name: path.read_bytes() for path in (*wanted, folder / REVISION) if path.is_file()}
    beside = _beside(root, release, rules.tables)
    written = []
    for language in languages:
        page = article_html(rules, files, beside, language) if beside else None
        if page is not None:
            written.append(Lake(root).of_release("nyt", f"{release}_{language}", "html"))
            write_bytes(written[-1], page)
    return written


def _beside(root: DataRoot, release: str, tables: tuple[str, ...]) -> Beside | None:
    """What is public beside the files; None of a release of an early version, whose manifest does not say when it came out."""
    standing = {one.release: one for one in standing_releases(root)}
    if release not in standing:
        return None
    manifest = known_manifest(root, release)
    settings = manifest.pins.publication if manifest and manifest.pins else {}
    publications = {name: publication_of(name, settings) for name in tables}
    replaced = _replaced(root, standing[release], list(standing.values()))
    return Beside(
        release,
        standing[release].publish_at,
        read_definition(root, release).next_release,
        publications[tables[0]].contact,
        {name: of.link for name, of in publications.items()},
        (replaced.release, replaced.publish_at) if replaced else None,
        row.number if (row := read_days(root).row(release)) else "",
    )


def _replaced(root: DataRoot, own: Standing, standing: list[Standing]) -> Standing | None:
    """The newest release before this one that shows the same newest time: whose figures this one corrects.

    One whose definition can no longer be read is passed over.
    """
    newest = {definition.release: definition.span.times[-1] for definition in standing_definitions(root)}
    same = [
        one
        for one in standing
        if newest.get(one.release) == newest.get(own.release) and one.publish_at < own.publish_at
    ]
    return max(same, key=lambda one: one.publish_at, default=None)
