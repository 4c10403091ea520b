"""``hjalp release --propose 2024v2 --from 2024v1``: writes the definition of a next release for a person to set."""

from datetime import UTC, datetime

from hjalp_pipeline.production.release.proposal import propose
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out


def run_proposal(root: DataRoot, release: str, earlier: str) -> int:
    """Write and print the proposed definition; 1 when there is nothing to propose or it exists already."""
    try:
        text = propose(root, release, earlier, datetime.now(UTC))
    except (DefinitionError, InputError) as fault:
        err.print(str(fault), style="red", markup=False)
        return 1
    out.print(text, end="", markup=False, soft_wrap=True)
    out.print(f"[green]written to releases/{release}.toml[/]: read it and set publish_at and approvals_until")
    return 0
