"""Articles that an editor has finished: ``articles/{release}_da.html`` and ``_en.html`` in the folder of a statistic.

The drafts that a release has in the lake are the editor's, and are never shown to anybody else.
"""

import re

from hjalp_pipeline.publishing.article.article import DRAFT
from hjalp_pipeline.publishing.table import LANGUAGES, Language
from hjalp_pipeline.storage.root import DataRoot

#: What lies in the folder, for its README.
OF_ARTICLES = """`2024v1_da.html` and `2024v1_en.html` are the articles of the release 2024v1, in Danish and in English, each saved as one
page. The release has drafts of them in `lake/udgivelser/nyt/`. One that still says that it is a draft, or has a script or anything that
lies elsewhere, is not shown. No other file is read.
"""
#: What makes a browser ask somebody else, or run what an article has no use for.
_FOREIGN = re.compile(
    r"""<(script|iframe|object|embed|link|base)\b|\ssrc\s*=\s*["']?(?!data:)|url\(\s*["']?(?!data:)""", re.I
)


def article_name(release: str, language: Language) -> str:
    """What the file of an article is called."""
    return f"{release}_{language}.html"


def finished_articles(root: DataRoot, release: str) -> tuple[dict[Language, bytes], list[str]]:
    """The pages of a release as the editor left them, by language, and of each that cannot be shown a sentence that says why."""
    found: dict[Language, bytes] = {}
    faults = []
    for language in LANGUAGES:
        path = root.articles / article_name(release, language)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as fault:
            faults.append(f"{root.name(path)} cannot be read: {fault.strerror}")
            continue
        why = _unfinished(content)
        if why:
            faults.append(f"{root.name(path)} {why}")
        else:
            found[language] = content
    return found, faults


def _unfinished(content: bytes) -> str:
    """Why a page is no finished article, or none by itself; empty when it is one."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "is not UTF-8: save it as such"
    left = next((words for words in DRAFT if words in text), None)
    if left is not None:
        return f"still says {left!r}: it is shown when it is finished"
    foreign = _FOREIGN.search(text)
    if foreign is not None:
        return f"has {foreign[0].strip()}: an article has no script and nothing that lies elsewhere"
    return ""
