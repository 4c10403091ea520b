"""The job ``forslag``: writes the definition of a next release after an earlier one, for a person to read and set."""

from datetime import UTC, datetime

import dagster as dg

from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.metadata import office_link
from hjalp_pipeline.defs.resources import IN_PROCESS, Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.release.proposal import propose

#: What the launch form asks for. Both are names of releases, never of files.
_FORM = {
    "release": dg.Field(str, description="The new release, 2024v3. Nothing that exists is overwritten."),
    "earlier": dg.Field(
        str, description="The release it comes after, 2024v2: what is not decided anew is carried over."
    ),
}


def build(wing: Wing) -> Built:
    """The job that proposes a release."""

    @dg.op(
        name=wing.name("write_proposal"),
        config_schema=_FORM,
        description="Writes `releases/{release}.toml` after an earlier release and lists it as a partition.",
    )
    def write_proposal(context: dg.OpExecutionContext, data: Data) -> None:
        """Write it; the text itself comes into no event, because people write in it."""
        release, earlier = context.op_config["release"], context.op_config["earlier"]
        with guarded():
            root = data.root_of(wing.statistic)
            propose(root, release, earlier, datetime.now(UTC))
        context.instance.add_dynamic_partitions(wing.releases.name or "", [release])
        context.log_event(
            dg.AssetObservation(
                wing.key("published", "udgivelse"),
                partition=release,
                description="Proposed. Read the definition, set what says SET, then materialize this partition.",
                metadata={
                    "definition": office_link(root, f"releases/{release}.toml"),
                    "after": earlier,
                },
            )
        )

    @dg.job(
        name=wing.name("forslag"),
        description="Foreslå en udgivelse: write the definition `releases/{release}.toml` after an earlier release. Open the "
        "launchpad, name both releases, launch; then read the file.",
        executor_def=IN_PROCESS,
        config={"ops": {wing.name("write_proposal"): {"config": {"release": "", "earlier": ""}}}},
    )
    def forslag() -> None:
        """Propose a release."""
        write_proposal()

    return Built(jobs=[forslag])
