"""What the pages say beside the tables' own texts, in both languages, and how figures and days are written in each."""

from hjalp_pipeline.publishing.table import Language, Text

_WORDS = {
    "about": Text("Om tabellen", "About the table"),
    "all_releases": Text("Alle udgivelser", "All releases"),
    "article": Text("Nyt fra Danmarks Statistik", "News from Statistics Denmark"),
    "choose": Text("vælg blandt {number}", "choose among {number}"),
    "coming": Text("Kommende udgivelser", "Coming releases"),
    "find": Text("Find i listen", "Find in the list"),
    "cited": Text("Citeres som", "Cite as"),
    "left_out": Text(
        "{number} har intet tal ({signs}) og er ikke tegnet. De kan være både større og mindre end de viste.",
        "{number} have no figure ({signs}) and are not drawn. They may be higher or lower than those shown.",
    ),
    "one_left_out": Text(
        "En har intet tal ({signs}) og er ikke tegnet. Den kan være både større og mindre end de viste.",
        "One has no figure ({signs}) and is not drawn. It may be higher or lower than those shown.",
    ),
    "license": Text("Licens", "Licence"),
    "contact": Text("Kontakt", "Contact"),
    "download": Text("Hent hele tabellen", "Download the whole table"),
    "everywhere": Text("Kommunerne", "The municipalities"),
    "files": Text("Filer", "Files"),
    "figure": Text("Figur", "Chart"),
    "in_file": Text("med koder, til regneark", "with codes, for spreadsheets"),
    "in_json": Text("JSON-stat, til programmer", "JSON-stat, for programs"),
    "in_px": Text("PX, med tekster på dansk og engelsk", "PX, with texts in Danish and English"),
    "late": Text("dage efter", "days late"),
    "map_note": Text(
        "Kommunerne er delt efter tallet i op til fem omtrent lige store grupper. Klik på en kommune for at se mere.",
        "The municipalities are parted by their figure into up to five groups of about equal size. Click on one to see more.",
    ),
    "newest": Text("Nyeste tal", "Newest figures"),
    "next": Text("Næste opdatering", "Next update"),
    "no_day": Text("dagen er ikke bekræftet", "the day is not confirmed"),
    "nothing": Text("intet tal", "no figure"),
    "of_times": Text(
        "De nyeste {shown} af {all} tider. Alle står i filerne.",
        "The newest {shown} of {all} times. The files have all.",
    ),
    "on_time": Text("til tiden", "on time"),
    "other_tables": Text("Samme i andre tabeller", "The same in other tables"),
    "pick": Text(
        "Sæt hak ved op til seks rækker for at se dem i figuren.", "Tick up to six rows to see them in the chart."
    ),
    "plot": Text("Vis i figuren", "Show in the chart"),
    "published": Text("Udkommet", "Published"),
    "quality": Text("Kvalitetsdeklaration", "Quality declaration"),
    "refperiod": Text("Tallene er fra", "Reference period"),
    "release": Text("Udgivelse", "Release"),
    "releases": Text("Udgivelser og revisioner", "Releases and revisions"),
    "revision": Text("Hvad blev ændret", "What was changed"),
    "in_danish": Text("", " (in Danish)"),
    "revisions_note": Text(
        "En udgivelse ændres aldrig. Rettes et tal, kommer en ny udgivelse, som siger, hvad der er ændret og hvorfor.",
        "A release never changes. When a figure is corrected a new release comes, which says what has changed and why.",
    ),
    "source": Text("Kilde", "Source"),
    "table": Text("Tabel", "Table"),
    "tables": Text("Tabeller", "Tables"),
    "time": Text("Tid", "Time"),
    "times": Text("Tider", "Times"),
    "top": Text("De {number} højeste af de viste tal, {time}", "The {number} highest of the figures shown, {time}"),
    "over_time": Text("{name} over tid", "{name} over time"),
    "each": Text("{name} i {time}", "{name} in {time}"),
    "unit": Text("Enhed", "Unit"),
    "updated": Text("Opdateret", "Updated"),
}
#: The office that publishes, above every page.
OFFICE = Text("Danmarks Statistik", "Statistics Denmark")


def words_of(language: Language) -> dict[str, str]:
    """Every word of the pages in a language, by name."""
    return {name: getattr(text, language) for name, text in _WORDS.items()}


def figure(cell: int | str, decimals: int, language: Language) -> str:
    """A figure (whole numbers of 10^-decimals) as it is read in a language: 1.234,5 or 1,234.5; a sign as it is."""
    if isinstance(cell, str):
        return cell
    whole, rest = divmod(abs(cell), 10**decimals)
    text = f"{'−' if cell < 0 else ''}{whole:,}{f'.{rest:0{decimals}d}' if decimals else ''}"
    return text.translate(str.maketrans(",.", ".,")) if language == "da" else text
