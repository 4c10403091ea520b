"""The command ``microdata``: a release's microdata as files of a statistics package, in a folder for its owner alone."""

import shutil
from datetime import datetime
from pathlib import Path

from hjalp_pipeline.microdata_spec import Microdata
from hjalp_pipeline.production.release.manifest import Manifest, known_manifest
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.publishing.export import Format, LibraryMissing, export, require_library
from hjalp_pipeline.publishing.machines.ddi import Study, ddi
from hjalp_pipeline.publishing.publication import SOURCE, publication_of, terms_of
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.storage.files import read_parquet, replacing_folder, sweep_beside, sync, write_bytes
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out


def export_microdata(root: DataRoot, release: str, form: Format, folder: Path) -> int:
    """Write the registers and the codebook, also as DDI, to ``folder``, which must not exist yet; 0 when they stand there.

    The folder appears whole or not at all and, as health data, is readable by its owner alone (0700, files 0600). 2 when
    the command makes no sense, 1 when it cannot be done. What is exported must be what the release's manifest says.
    """
    source, registers = root.releases / release / "microdata", root.declared.microdata
    if not is_release_name(release) or not source.is_dir() or registers is None:
        return _fail(f"not a published release with microdata: {release}", 2)
    folder = folder.resolve()
    if folder.is_relative_to(root.releases.resolve()):
        return _fail("a published release never changes: name a folder outside releases/", 2)
    if folder.exists():
        return _fail("the folder is there already: name a new one", 2)
    try:
        require_library()
    except LibraryMissing as fault:
        return _fail(str(fault), 1)
    manifest = known_manifest(root, release) or Manifest()
    changed = [path.name for path in _files(source) if manifest.outputs.get(f"microdata/{path.name}") != sha256(path)]
    if changed:
        return _fail(f"not as they were published (manifest.json): {', '.join(changed)}", 1)
    sweep_beside(folder)
    with replacing_folder(folder) as building:
        for path in _files(source):
            _write(registers, path, building, form, release)
        study = _study(root, manifest)
        if study is not None:
            codebook = ddi(study, registers.intro, registers.registers, registers.further)
            write_bytes(building / "ddi.xml", codebook)
        for path in building.iterdir():
            path.chmod(0o600)
            sync(path)
        names = sorted(path.name for path in building.iterdir())
    out.print(f"[green]{release}[/] in {form}: {', '.join(names)}")
    return 0


def _files(source: Path) -> list[Path]:
    return sorted(path for path in source.iterdir() if path.is_file() and not path.name.startswith("."))


def _write(registers: Microdata, path: Path, building: Path, form: Format, release: str) -> None:
    """A register in the format asked for, anything else (the codebook) as it is."""
    if path.suffix != ".parquet":
        shutil.copyfile(path, building / path.name)
        return
    export(
        building / f"{path.stem}.{form}",
        read_parquet(path),
        registers.register_of(path.stem),
        form,
        f"{path.stem}, {release}",
    )


def _study(root: DataRoot, manifest: Manifest) -> Study | None:
    """What the DDI codebook says of a release beside its variables; None where the manifest does not say when it came out."""
    if not manifest.publish_at:
        return None
    settings = (manifest.pins.publication if manifest.pins else {}) or root.declared.publication
    day, title = datetime.fromisoformat(manifest.publish_at).date(), root.declared.title
    return Study(
        statistic=root.statistic,
        title=title,
        release=manifest.release,
        day=day,
        source=SOURCE,
        subject=root.declared.subject_area,
        contact=publication_of("", settings).contact,
        terms=terms_of(settings),
        days=None,
        cited=Text(
            *(f"{who} ({day.year}): {what}. {manifest.release}." for who, what in zip(SOURCE, title, strict=True))
        ),
    )


def _fail(message: str, code: int) -> int:
    err.print(message, style="red", markup=False)
    return code
