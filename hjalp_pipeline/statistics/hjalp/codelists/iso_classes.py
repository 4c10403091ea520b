"""Main classes of ISO 9999, the classification behind Hjælpemiddelbasen (seed 2.2): the first two digits of ``hmiiso``."""

from hjalp_pipeline.codelists.shipped_lists import read_codelist

ISO_CLASSES: dict[str, str] = {
    row["code"]: row["text_da"] for row in read_codelist("iso_classes.csv", package=__package__)
}
