"""The draft article of a release, Danish or English: what is said, in how many words, and the page for the editor.

It is made from published files and from what is public beside them. So nothing can be worked out from it that cannot be
worked out from these: whatever files are equal give equal bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from hjalp_pipeline.pages.template import template
from hjalp_pipeline.publishing.article.finding_rules import WORDS, ArticleRules, Ranking
from hjalp_pipeline.publishing.article.found_figures import (
    Participation,
    TotalFound,
    participation,
    ranked,
    total_found,
)
from hjalp_pipeline.publishing.article.grammar import day_in_words, moment_in_words, words
from hjalp_pipeline.publishing.article.lead import comparable, headline, lead
from hjalp_pipeline.publishing.article.marking import Marking
from hjalp_pipeline.publishing.article.ranking_told import Exhibit, Teller, Told
from hjalp_pipeline.publishing.article.shown_table import ShownTable
from hjalp_pipeline.publishing.table import Language, Text

#: The file of a release that says what it has changed.
REVISION = "revision.csv"
#: What ``nyt.html.j2`` says of a draft, or leaves to the editor: a finished article says none of it.
DRAFT = (
    "Kladde til redaktøren",
    "Draft for the editor",
    "· kladde",
    "· draft",
    "udfyldes af redaktøren",
    "for the editor to fill in",
)


@dataclass(frozen=True)
class Beside:
    """What is public of a release beside its files. ``links``: where each table is. ``replaces``: name and moment of the release
    whose newest figures it corrects, None when it is the first of its newest time. ``number``: of the article, empty while nobody
    has given it one.
    """

    release: str
    publish_at: datetime
    next_release: date | None
    contact: Text
    links: Mapping[str, Text]
    replaces: tuple[str, datetime] | None = None
    number: str = ""


@dataclass(frozen=True)
class Section:
    """A finding with its paragraph and what is shown beside it."""

    heading: Markup
    text: Markup
    exhibit: Exhibit


@dataclass(frozen=True)
class Article:
    """An article. ``about``: the last paragraph, on what the figures are of. ``reason``: of a correction, else empty."""

    headline: Markup
    lead: Markup
    exhibit: Exhibit | None
    sections: tuple[Section, ...]
    about: Markup
    reason: str

    @property
    def words(self) -> int:
        """How many words its text has; titles and rows of what is shown, box and foot are not counted."""
        parts = [self.headline, self.lead, self.about]
        parts += [part for section in self.sections for part in (section.heading, section.text)]
        return sum(map(words, parts))


def article(rules: ArticleRules, files: Mapping[str, bytes], beside: Beside, language: Language) -> Article | None:
    """The article of a release from the csv files it publishes, by name (a table's ``{ID}.csv``, ``revision.csv`` if it has one).

    None when the table it begins with shows no time.
    """
    tables = {name: ShownTable.read(name, files[f"{name}.csv"]) for name in rules.tables}
    corrects = beside.replaces is not None and REVISION in files
    marking = Marking.read(files[REVISION], {one.id: one.columns for one in tables.values()}) if corrects else Marking()
    total = total_found(rules.total, tables)
    if total is None:
        return None
    part = participation(rules, tables, total)
    told = [
        _told(one, tables, rules=rules, total=total, marking=marking, language=language, part=part)
        for one in (rules.figure, *rules.sections)
    ]
    first = (headline(rules, total, part, marking, language), lead(rules, total, part, marking, language))
    figure, parts = told[0], [one for one in told[1:] if one is not None and one.heading is not None]
    paragraphs = [
        [first[1], *(figure.sentences if figure else [])],
        *([*one.sentences] for one in parts),
        list[Markup](),
    ]
    wanted = [(0, text) for text in (figure.more if figure else [])]
    wanted += [(place, text) for place, one in enumerate(parts, start=1) for text in one.more]
    wanted += [(len(paragraphs) - 1, Markup.escape(getattr(text, language))) for text in rules.about]
    _fill(paragraphs, wanted, words(first[0]) + sum(words(one.heading or "") for one in parts))
    texts = [Markup(" ").join(paragraph) for paragraph in paragraphs]
    figures = (*(total.both or ()), *((total.now,) if total.now else ()))
    return Article(
        first[0],
        texts[0],
        figure.exhibit if figure else None,
        tuple(
            Section(one.heading or Markup(), text, one.exhibit) for one, text in zip(parts, texts[1:-1], strict=True)
        ),
        texts[-1],
        marking.reason(figures, language) if corrects else "",
    )


def article_html(rules: ArticleRules, files: Mapping[str, bytes], beside: Beside, language: Language) -> bytes | None:
    """The article as a page that needs nothing else and prints on paper, UTF-8; None when there is nothing to tell."""
    made = article(rules, files, beside, language)
    if made is None:
        return None
    exhibits = [one for one in (made.exhibit, *(section.exhibit for section in made.sections)) if one is not None]
    following = beside.next_release
    page = template("hjalp_pipeline.publishing.article", "nyt.html.j2").render(
        language=language,
        title=getattr(rules.title, language),
        article=made,
        beside=beside,
        contact=getattr(beside.contact, language),
        links={name: getattr(link, language) for name, link in beside.links.items()},
        tables=list(dict.fromkeys(one.table for one in exhibits)) or [rules.total.table],
        day=day_in_words(beside.publish_at, language),
        moment=moment_in_words(beside.publish_at, language),
        replaced=moment_in_words(beside.replaces[1], language) if beside.replaces else "",
        following=day_in_words(following, language) if following else "",
        least=WORDS[0],
        most=WORDS[1],
    )
    return page.encode()


def _told(
    rule: Ranking,
    tables: Mapping[str, ShownTable],
    *,
    rules: ArticleRules,
    total: TotalFound,
    marking: Marking,
    language: Language,
    part: Participation,
) -> Told | None:
    found = ranked(rule, rules, tables, total)
    if found is None:
        return None
    same = comparable(rules, total, part)
    return Teller(rule, found, rules=rules, total=total, marking=marking, language=language, comparable=same).told()


def _fill(paragraphs: list[list[Markup]], wanted: list[tuple[int, Markup]], headings: int) -> None:
    """Add sentences to paragraphs, the first wanted first, while the text is too short and none makes it too long."""
    have = headings + sum(words(text) for paragraph in paragraphs for text in paragraph)
    for place, text in wanted:
        if have < WORDS[0] and have + words(text) <= WORDS[1]:
            paragraphs[place].append(text)
            have += words(text)
