"""What a kommune decides of a year (R12, seed 3.4)."""

from hjalp_pipeline.rules.approval import Approval

KVARTALER = ("K1", "K2", "K3", "K4")
PARAGRAF = "PARAGRAF"
#: Who takes part has approved the four quarters; the paragraph approval does not matter.
APPROVAL = Approval(
    {**{kind: f"{kind[1]}. kvartal" for kind in KVARTALER}, PARAGRAF: "paragrafvariablen"},
    KVARTALER,
    "alle fire kvartaler",
    "its four quarters",
    asked={PARAGRAF: "paragraffer"},
    named_en={PARAGRAF: "paragraphs"},
)
