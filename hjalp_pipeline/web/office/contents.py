"""What there is to see of a statistic, newest first: the page ``/kontor/{statistic}/`` and the list of a period's receipts."""

from collections.abc import Sequence
from dataclasses import dataclass

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.production.inbox.receipts import read_receipt
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.web.office.shelves import DRAFTS, SIGNING, Office


@dataclass(frozen=True)
class Link:
    """A page: where it lies below ``/kontor/{statistic}/``, and its name in Danish."""

    to: str
    name: str


@dataclass(frozen=True)
class Section:
    """A heading with the pages below it, by what they belong to."""

    heading: str
    nothing: str
    rows: Sequence[tuple[str, Sequence[Link]]]


#: The first pages of a release, by their files.
_OF_RELEASE = {
    "kvalitet.html": "kvalitetsdeklaration",
    "revision.html": "revision",
    "microdata/kodebog.html": "kodebog",
    "manifest.json": "manifest",
}


def contents_html(
    office: Office,
    others: Sequence[tuple[str, str]] = (),
    *,
    below: str = "",
    served: bool = True,
    lineage: str = "",
    as_of: str = "",
) -> str:
    """The statistic's first page; ``others``: where those of the statistics beside it are, and their titles.

    Not ``served`` it is a file: ``below`` is where the statistic's folder lies from there. ``lineage``: a picture, an SVG of
    the program's own. ``as_of``: when the file was written, in words.
    """
    wing = Wing(office.root.declared)
    sections = [_releases(office), _receipts(office), _reminders(office), _reports(office), _specification(office)]
    if office.viewers:  # what a viewer sees nothing of may be there
        sections = [section for section in sections if section.rows]
    return template("hjalp_pipeline.web.office", "kontor.html.j2").render(
        statistic=office.root.declared.layouts.declaration.statistic,
        viewers=office.viewers,
        sections=sections,
        others=others,
        below=below,
        served=served,
        picture=lineage,
        as_of=as_of,
        waited_for="/".join(wing.key(*wing.this_period).path),
        released="/".join(wing.key("published", "udgivelse").path),
    )


def receipts_html(office: Office, period: str) -> str | None:
    """The receipts of a period, those first that were rejected and that no accepted one of the system follows; None without any."""
    found = []
    for path in office.files("receipts", f"{period}/*.html"):
        told = read_receipt(path.with_suffix(".json"))  # None: not as it was written
        found.append((path.name, told, REJECTION_TEXT.get(told.code or "", "") if told else ""))
    if not found:
        return None
    # By kommune and system the newest that was accepted: a name without its time, and with it.
    accepted = {name.rpartition("_")[0]: name for name, told, _ in sorted(found) if told and told.status == "accepted"}
    rows = [(*row, row[0] < accepted.get(row[0].rpartition("_")[0], "")) for row in found]
    rows.sort(key=lambda row: (row[3] or (row[1] is not None and row[1].status == "accepted"), row[0]))
    return template("hjalp_pipeline.web.office", "kvitteringer.html.j2").render(
        statistic=office.root.declared.layouts.declaration.statistic, period=period, rows=rows, names=NAVN
    )


def _releases(office: Office) -> Section:
    rows = []
    names = sorted(
        {path.stem for path in office.root.releases.glob("*.toml") if is_release_name(path.stem)}, reverse=True
    )
    for name in names:
        links = [
            Link(f"{SIGNING}/{path.name}", f"til underskrift {path.stem.rpartition('_')[2]}")
            for path in office.files(SIGNING, f"{name}_*.html")
        ]
        links += [
            Link(f"{DRAFTS}/{path.name}", f"kladde til nyt ({path.stem.rpartition('_')[2]})")
            for path in office.files(DRAFTS, f"{name}_*.html")
        ]
        found = {file: f"releases/{name}/{file}" for file in _OF_RELEASE}
        links += [Link(found[file], label) for file, label in _OF_RELEASE.items() if office.file(found[file])]
        links += [Link(f"releases/{name}/{path.name}", path.name) for path in office.files("releases", f"{name}/*.csv")]
        reports = sum(1 for _ in office.files("releases", f"{name}/godkendelse/*.html"))
        if reports:
            links.append(Link(f"releases/{name}/godkendelse/", f"{reports} godkendelsesrapporter"))
        if office.file(f"releases/{name}.toml"):
            links.append(Link(f"releases/{name}.toml", "definition"))
        if links:
            rows.append((name, links))
    if office.file("releases/kalender.html"):
        rows.insert(0, ("kalender", [Link("releases/kalender.html", "udgivelseskalender")]))
    return Section("Udgivelser", "Ingen udgivelse er lavet endnu.", rows)


def _receipts(office: Office) -> Section:
    periods = {path.parent.name for path in office.files("receipts", "*/*.html")}
    kept = sorted((period for period in periods if Period.is_form_of(period)), reverse=True)
    return Section(
        "Kvitteringer", "Ingen leverance er læst endnu.", [(it, [Link(f"receipts/{it}/", "alle")]) for it in kept]
    )


def _reminders(office: Office) -> Section:
    pages = {"overblik": "hvem skylder hvad", "aarshjul": "årshjul"}
    found = [
        Link(f"reminders/{page}.html", label) for page, label in pages.items() if office.file(f"reminders/{page}.html")
    ]
    day = max((path.stem for path in office.root.reminders.glob("*-*-*.csv")), default="")
    return Section("Rykkere", "Ingen rykkerliste er lavet endnu.", [(day, found)] if found else [])


def _reports(office: Office) -> Section:
    years = sorted({path.parent.name for path in office.files("approvals/reports", "*/*.html")}, reverse=True)
    rows = [(aar, [Link(f"approvals/reports/{aar}/", "alle kommuner")]) for aar in years]
    return Section("Godkendelsesrapporter", "Ingen rapport er lavet endnu.", rows)


def _specification(office: Office) -> Section:
    pages = {"overblik": "kravspecifikation", "aendringer": "ændringer", "leverandoerer": "fejl efter leverandør"}
    links = [
        Link(f"specification/{page}.html", name)
        for page, name in pages.items()
        if office.file(f"specification/{page}.html")
    ]
    return Section("Krav til leverancer", "Kravspecifikationen er ikke skrevet endnu.", [("", links)] if links else [])


def reports_html(office: Office, folder: str) -> str | None:
    """The approval reports in a folder, by kommune; None when there are none."""
    rows = [
        (
            path.stem,
            NAVN.get(path.stem, ""),
            [path.name, *([f"{path.stem}.xlsx"] * path.with_suffix(".xlsx").is_file())],
        )
        for path in office.files(folder, "*.html")
    ]
    if not rows:
        return None
    return template("hjalp_pipeline.web.office", "rapporter.html.j2").render(
        statistic=office.root.declared.layouts.declaration.statistic,
        folder=next(part for part in folder.split("/") if part[0].isdigit()),
        up="../" * (folder.count("/") + 1),
        rows=rows,
    )
