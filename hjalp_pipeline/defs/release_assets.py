"""``published/udgivelse``: one release, from its definition, whole or not at all; and the attack on what is published."""

from datetime import datetime
from typing import get_args

import dagster as dg

from hjalp_pipeline.contracts.validation import ContractError
from hjalp_pipeline.defs import release_shown
from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.heard import saying
from hjalp_pipeline.defs.messages import beside, guarded
from hjalp_pipeline.defs.metadata import markdown_table
from hjalp_pipeline.defs.opening import now
from hjalp_pipeline.defs.resources import IN_PROCESS, Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.release.article_files import write_articles
from hjalp_pipeline.production.release.audit_kept import save_audit
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.disclosure import audit_published
from hjalp_pipeline.production.release.embargo import Standing, is_embargoed
from hjalp_pipeline.production.release.making import make_release, taking_part
from hjalp_pipeline.production.release.person_readers import ReaderKind
from hjalp_pipeline.production.release.pins import Gate, ReleaseRefused
from hjalp_pipeline.production.release.provenance import write_provenance
from hjalp_pipeline.production.release.published import load_all
from hjalp_pipeline.production.release.told_names import word
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.publishing.table import LANGUAGES
from hjalp_pipeline.rules.step import LedgerError

#: Of an edge along which nothing gets out of date.
_NONE = dg.SpecificPartitionsPartitionMapping([])
#: The gates that other exceptions than a refusal stand for.
_GATES: dict[type[Exception], Gate] = {
    DefinitionError: Gate.DEFINITION,
    ContractError: Gate.CROSS_PRODUCT,
    LedgerError: Gate.LEDGER,
}
#: Run tag with the releases to attack together, ``2024v1,2024v2``, oldest first.
RELEASES_TAG = "hjalp/udgivelser"
#: As whom releases are attacked, with commas.
READERS_TAG = "hjalp/laesere"


def build(wing: Wing) -> Built:
    """The asset of a statistic's releases, and the job that attacks what is published."""

    # Which periods a release takes is in its definition, and a later run of them leaves it as it is: so the edges are drawn,
    # but no partition upstream makes one of a release out of date.
    upstream = [
        *(("tables", table.name) for table in wing.statistic.tables),
        (wing.statistic.rulebook.states[-1], wing.thing),
        ("status", "gate"),
        ("ledger", wing.thing),
    ]

    @dg.multi_asset(
        name=wing.name("published_udgivelse"),
        specs=[
            wing.spec(
                ["published", "udgivelse"],
                "A release: tables, microdata, approval reports, quality declaration and manifest, from its definition "
                "`releases/{release}.toml`. "
                "*En udgivelse af statistikken.*",
                deps=[dg.AssetDep(wing.key(*key), partition_mapping=_NONE) for key in upstream],
                kinds={"duckdb", "polars", "csv"},
                partitions=wing.releases,
            )
        ],
        check_specs=release_shown.check_specs(wing),
    )
    def udgivelse(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Make the release, or find that the one that stands is the same. No figure of it comes into any event or log."""
        with guarded():
            root = data.root_of(wing.statistic)
            name = context.partition_key
            try:
                release = make_release(root, name, documents=DOCUMENTS, say=saying(context.log.info))
            except ReleaseRefused as fault:
                pages = release_shown.links(root, name) if fault.gate is Gate.CONFIDENTIALITY else None
                release_shown.report_refusal(context, wing, name, fault.gate, fault.reasons, pages=pages)
                raise
            except (DefinitionError, ContractError, LedgerError) as fault:
                release_shown.report_refusal(context, wing, name, _GATES[type(fault)], [str(fault)])
                raise
            for why in make_catalog(root).left_out.values():
                context.log.warning(f"the database leaves a release out: {why}")
            for language in LANGUAGES:
                with beside(context.log, f"the draft article ({language})"):
                    write_articles(root, name, [language])
            with beside(context.log, "what it was made of (PROV)"):
                write_provenance(root, name)
            if accepted := read_definition(root, name).accept_orders:
                context.log.warning(f"beside it {accepted} tables delivered to order tell more, as accept_orders says")
        manifest = release.manifest
        kommuner = taking_part(manifest)
        for line in kommuner:
            context.log.info(line)
        against = manifest.confidentiality.protected_against if manifest.confidentiality else ()
        publish_at = datetime.fromisoformat(manifest.publish_at)
        standing = Standing(release.name, publish_at, opened=False)
        return dg.MaterializeResult(
            metadata={
                "release": release.name,
                "made": "written" if release.made else "already stands, identical",
                "protected_against": ", ".join(against) or "no earlier release",
                "taking_part": "\n".join(kommuner),
                **release_shown.links(root, release.name),
                **release_shown.public(wing, root, release.name, publish_at, now()),
                "publish_at": manifest.publish_at,
                "files": markdown_table(["file", "sha256"], sorted(manifest.outputs.items())),
                "inputs": len(manifest.inputs),
            },
            check_results=release_shown.passed(wing, root, release, is_public=not is_embargoed(root, standing, now())),
        )

    @dg.op(
        name=wing.name("attack"),
        config_schema={},
        description=f"Attacks releases together as somebody would who holds them all{wing.rules('confidentiality')}.",
    )
    def attack_releases(context: dg.OpExecutionContext, data: Data) -> None:
        """Fails when a hidden cell can be computed or inferred to be below 3; only counts and names of cells come into events."""
        with guarded():
            root = data.root_of(wing.statistic)
            names = [name for name in context.run.tags.get(RELEASES_TAG, "").split(",") if name]
            readers = [one for one in get_args(ReaderKind) if one in context.run.tags.get(READERS_TAG, "").split(",")]
            audits = audit_published(wing.statistic.every, load_all(root, names), readers or None)
            rows = [(audit.aar, len(audit.intervals), len(audit.inherent), len(audit.fails)) for audit in audits]
            fails = [word(name) for audit in audits for name in audit.fails]
            context.log_event(
                dg.AssetObservation(
                    wing.key("published", "udgivelse"),
                    metadata={
                        "releases": ", ".join(names),
                        "attack": markdown_table(
                            ["year", "hidden", "given away whatever is hidden", "not protected"], rows
                        ),
                        "unprotected": len(fails),
                    },
                )
            )
            save_audit(root, names, audits, readers)
            if fails:
                raise dg.Failure(f"{len(fails)} hidden cells are not protected", allow_retries=False)

    @dg.job(
        name=wing.name("audit"),
        description="Angrib udgivelser: attack published releases together, tag `hjalp/udgivelser` (2024v1,2024v2).",
        executor_def=IN_PROCESS,
    )
    def audit() -> None:
        """Attack the releases the run's tag names."""
        attack_releases()

    return Built(assets=[udgivelse], jobs=[audit])
