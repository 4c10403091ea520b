"""Where each file of the site lies, below its folder, and how a page links to another: relative, so a copy works anywhere."""

from posixpath import dirname, relpath

from hjalp_pipeline.publishing.table import Language
from hjalp_pipeline.serving.site.site_views import View

INDEX = "index.html"


def top(statistic: str, language: Language) -> str:
    """The folder of a statistic's pages in a language: Danish comes first."""
    return statistic if language == "da" else f"{statistic}/{language}"


def front(statistic: str, language: Language) -> str:
    """The page of a statistic."""
    return f"{top(statistic, language)}/{INDEX}"


def releases(statistic: str, language: Language) -> str:
    """The page of its releases."""
    return f"{top(statistic, language)}/{'udgivelser' if language == 'da' else 'releases'}.html"


def release_file(statistic: str, release: str, name: str) -> str:
    """A file of a release, as it was published."""
    return f"{statistic}/udgivelser/{release}/{name}"


def article(statistic: str, release: str, language: Language) -> str:
    """An article that an editor has finished."""
    return f"{top(statistic, language)}/nyt/{release}.html"


def table(statistic: str, language: Language, name: str) -> str:
    """The page a table begins with, whatever that shows at the time."""
    return f"{top(statistic, language)}/{name}/{INDEX}"


def page(statistic: str, language: Language, view: View) -> str:
    """A page of a table."""
    return f"{top(statistic, language)}/{view.cube.form.id}/{view.name}.html"


def table_file(statistic: str, language: Language, table: str, form: str) -> str:
    """A whole table: ``form`` is csv, px or json. Only the last has texts in one language."""
    return f"{top(statistic, language if form == 'json' else 'da')}/{table}/{table}.{form}"


def link(to: str, of: str) -> str:
    """How the page ``of`` links to the file ``to``."""
    return relpath(to, dirname(of) or ".")
