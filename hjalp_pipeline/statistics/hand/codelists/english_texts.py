"""English texts of codes that the StatBank's lists give in Danish alone; the translations are ours."""

from hjalp_pipeline.codelists.shipped_lists import read_codelist

_ROWS = read_codelist("english.csv", package=__package__)
SERVICE_TEXTS = {row["code"]: row["text_en"] for row in _ROWS if row["list"] == "service"}
GROUP_TEXTS = {row["code"]: row["text_en"] for row in _ROWS if row["list"] == "group"}
