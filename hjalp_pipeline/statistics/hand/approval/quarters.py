"""What a kommune decides of a year: its quarters (H10)."""

from hjalp_pipeline.rules.approval import Approval

KVARTALER = ("K1", "K2", "K3", "K4")
#: Who takes part has approved every quarter of the whole period of the release.
APPROVAL = Approval(
    {kind: f"{kind[1]}. kvartal" for kind in KVARTALER},
    KVARTALER,
    "alle kvartaler i hele perioden",
    "all quarters of the whole period",
    by_span=True,
)
