"""Headline and lead of an article: the number, the year it is compared with, the change, and what the comparison is worth."""

from markupsafe import Markup

from hjalp_pipeline.publishing.article.finding_rules import HEADLINE_WORDS, ArticleRules
from hjalp_pipeline.publishing.article.found_figures import Participation, TotalFound
from hjalp_pipeline.publishing.article.grammar import (
    half_away,
    listed,
    per_cent,
    persons,
    sentence,
    time_phrase,
    words,
    written,
)
from hjalp_pipeline.publishing.article.marking import Marking
from hjalp_pipeline.publishing.article.shown_table import Figure
from hjalp_pipeline.publishing.table import Language, Text

_MORE, _FEWER = Text("{pct} flere end", "{pct} more than"), Text("{pct} færre end", "{pct} fewer than")
_FROM_NONE = Text("flere end", "more than")
_SAME, _ALMOST = Text("lige så mange som", "as many as"), Text("næsten lige så mange som", "almost as many as")
_IS = Text(
    "Det er {change} {before}, hvor tallet var {number}, {caveat}.",
    "This is {change} {before}, when the number was {number}, {caveat}.",
)
_PARTLY = Text(
    "I de grupper, hvis tal er vist begge gange, er det {change} {before}, {caveat}.",
    "In the groups whose figures are shown both times this is {change} {before}, {caveat}.",
)
_ONE_TIME = Text(
    "Der er ingen tal for året før at sammenligne med; {part} af {every} kommuner indgår.",
    "There are no figures of the year before to compare with; {part} of {every} municipalities take part.",
)
_NOT_THEN = Text(
    "Tallet {before} er ikke vist, så udviklingen kan ikke opgøres; {part} af {every} kommuner indgår.",
    "The number {before} is not shown, so no change can be told; {part} of {every} municipalities take part.",
)
_NOTHING = Text(
    "Tallet {time} er ikke vist, fordi det er diskretioneret, eller fordi ingen kommune indgår.",
    "The number {time} is not shown, because it is confidential or because no municipality takes part.",
)
_COMPARABLE = Text(
    "og tallene kan sammenlignes, fordi de samme {part} af {every} kommuner indgår begge gange",
    "and the figures can be compared, because the same {part} of {every} municipalities take part both times",
)
_NOT_COMPARABLE = Text(
    "men tallene kan ikke umiddelbart sammenlignes, fordi {who}",
    "but the figures cannot readily be compared, because {who}",
)
_ONLY = Text("{names} kun indgår {time}", "{names} took part only {time}")
_TOO_EARLY = Text(
    "{since} er det første år med data for et helt år", "{since} is the first year with data for a whole year"
)
_AT_LEAST = Text("mindst {number}", "at least {number}")
_KOMMUNER = ("kommuner", "municipalities")


def comparable(rules: ArticleRules, total: TotalFound, part: Participation) -> bool:
    """Whether the total and that of the year before are of the same kommuner and of whole years."""
    return part.same and int(total.before[:4]) >= rules.since


def headline(
    rules: ArticleRules, total: TotalFound, part: Participation, marking: Marking, language: Language
) -> Markup:
    """The finding in at most ``HEADLINE_WORDS`` words: the change where there is one to tell, else the number."""
    of = rules.total.headline
    if total.now is None:
        return marking.filled(getattr(of.hidden, language))
    number = marking.filled(getattr(of.number, language), number=_number(total, marking, language))
    if total.both is None or not total.whole or not comparable(rules, total, part) or not total.both[1].value:
        return sentence_of(number)
    now, then = (figure.value for figure in total.both)
    change = now - then
    if half_away(100 * change, then) == 0:
        exactly = ("uændret", "unchanged") if not change else ("næsten uændret", "almost unchanged")
        found = marking.filled(getattr(of.same, language), same=exactly[language == "en"])
    else:
        text = getattr(of.more if change > 0 else of.fewer, language)
        found = marking.filled(text, pct=marking.of(per_cent(change, then, language), *total.both))
    return sentence_of(found if words(found) <= HEADLINE_WORDS else number)


def lead(rules: ArticleRules, total: TotalFound, part: Participation, marking: Marking, language: Language) -> Markup:
    """The number, the year before, the change in whole per cent, and in the same sentence what the comparison is worth."""
    now_phrase, then_phrase = (
        time_phrase(one, language, stock=rules.total.stock) for one in (total.time, total.before)
    )
    if total.now is None:
        return sentence_of(marking.filled(getattr(_NOTHING, language), time=now_phrase))
    first = marking.filled(
        getattr(rules.total.lead, language),
        time=now_phrase,
        number=_number(total, marking, language),
        what=what(rules, total, language),
    )
    counted = {"part": part.taking_part, "every": part.every}
    if total.both is None:
        text = _NOT_THEN if total.comes_before else _ONE_TIME
        second = marking.filled(getattr(text, language), before=then_phrase, **counted)
    else:
        second = marking.filled(
            getattr(_IS if total.whole else _PARTLY, language),
            change=_change(total.both, marking, language),
            before=then_phrase,
            number=marking.of(written(persons(total.both[1].value), language), total.both[1]),
            caveat=_caveat(rules, total, part, language),
        )
    return sentence_of(first) + " " + second


def what(rules: ArticleRules, total: TotalFound, language: Language) -> str:
    """The code the total is of, as a sentence names it; empty without one."""
    if not rules.total.chosen or total.code is None:
        return ""
    texts = {value.code: value.text for value in rules.variables[rules.total.chosen].values}
    return str(getattr(texts[total.code], language)).rpartition(" (")[0] or str(getattr(texts[total.code], language))


def sentence_of(found: Markup) -> Markup:
    """A text with a capital letter first, also where its first figure is marked."""
    if found.startswith("<"):
        tag, _, rest = found.partition(">")
        return Markup(f"{tag}>{sentence(rest)}")  # noqa: S704 (what is in it was escaped when it was filled in)
    return Markup(sentence(found))  # noqa: S704 (the same)


def _number(total: TotalFound, marking: Marking, language: Language) -> Markup | str:
    if total.now is None:
        return ""
    if total.now.hidden:
        text = written(persons(total.now.value, down=True), language)
        return marking.of(getattr(_AT_LEAST, language).format(number=text), total.now)
    return marking.of(written(persons(total.now.value), language), total.now)


def _change(both: tuple[Figure, Figure], marking: Marking, language: Language) -> Markup | str:
    now, then = both
    change = now.value - then.value
    if not change:
        return str(getattr(_SAME, language))
    if not then.value:
        return str(getattr(_FROM_NONE, language))
    if half_away(100 * change, then.value) == 0:
        return str(getattr(_ALMOST, language))
    pct = marking.of(per_cent(change, then.value, language), now, then)
    return marking.filled(getattr(_MORE if change > 0 else _FEWER, language), pct=pct)


def _caveat(rules: ArticleRules, total: TotalFound, part: Participation, language: Language) -> str:
    counted = {"part": part.taking_part, "every": part.every}
    if comparable(rules, total, part):
        return str(getattr(_COMPARABLE, language)).format(**counted)
    if int(total.before[:4]) < rules.since:
        who = getattr(_TOO_EARLY, language).format(since=rules.since)
    else:
        texts = {value.code: getattr(value.text, language) for value in rules.variables[rules.areas[1]].values}
        told = [
            getattr(_ONLY, language).format(
                time=time_phrase(time, language, stock=False),
                names=listed([texts[code] for code in codes], _KOMMUNER, language),
            )
            for time, codes in ((total.before, part.only_before), (total.time, part.only_now))
            if codes
        ]
        who = (", og " if language == "da" else " and ").join(told)
    return str(getattr(_NOT_COMPARABLE, language)).format(who=who)
