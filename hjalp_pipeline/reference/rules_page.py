"""``docs/rules.md``, made of the list of rules: ``python -m hjalp_pipeline.reference.rules_page > docs/rules.md``.

That of another statistic by its name: ``python -m hjalp_pipeline.reference.rules_page hand > docs/rules-hand.md``.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Mapping

from hjalp_pipeline.data_root.folders import table
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.rules.rule import Rule, Severity
from hjalp_pipeline.rules.rulebook import INTAKE
from hjalp_pipeline.statistic import Statistic, declared
from hjalp_pipeline.storage.root import DEFAULT

#: What each word of the tables means.
SEVERITIES: Mapping[Severity, str] = {
    "removes": "the row leaves; the ledger counts it under the code",
    "corrects": "a value of the row is replaced; the code says why",
    "derives": "a column is added; the code says which branch was taken",
    "counts": "the row is counted and shown as odd; nothing of it is changed",
    "selects": "says which delivery or record is looked at",
}
_BEGIN = """# The rules{of}

Every rule in the order in which it applies. Nothing else may change or remove a record. The list is the program: contracts, ledger,
reports and this page are made from it. The sentence beside a code is what a kommune reads, in Danish. *Source* is the section of the
statistic's source document ("seed"), *decided by* the function that does it, in the words it has in the code.

Not here, because they are not rules for single records: {hidden}, what is hidden ([confidentiality](confidentiality.md)), and
{approved}, who has approved what ([the dialogue](dialogue.md#approval-reports-and-approvals)). How the rules are read where the
source is silent: [readings](readings.md). How to change or add one: [Changing the statistic](change.md). Terms:
[glossary](glossary.md).

"""
_INTAKE = """
## leverance

What is decided when a file is read, before any rule. A file that is rejected counts for nothing; the one before it stays in force:

"""
_RECORDS = """
A record that cannot be read is left out, the others are used, unless there are too many of them:

"""


def rules_page(statistic: Statistic) -> str:
    """The page, with the rules of a statistic."""
    rulebook = statistic.rulebook
    titles = {
        "raw": "From the deliveries of a kommune to its raw data: which delivery counts, which records occur twice",
        **{state.name: state.title for state in rulebook.chain},
        "release": "What tables and microdata are made of",
    }
    first = statistic.name == DEFAULT
    of = "" if first else f" of {statistic.layouts.declaration.statistic}"
    parts = [
        _BEGIN.format(of=of, hidden="R11" if first else "R11 with H11", approved="R12" if first else "H10"),
        table(("what happens", "meaning"), SEVERITIES.items()),
        f"\n## All in one table\n\n{rulebook.table()}\n",
        _INTAKE,
        table(("code", "sentence"), ((f"`{code}`", text) for code, text in REJECTION_TEXT.items())),
        _RECORDS,
        table(("code", "sentence"), ((f"`{code.name}`", code.text_da) for code in INTAKE)),
    ]
    for step, rules in rulebook.by_step.items():
        parts += [f"\n## {step}\n\n{titles[step]}.\n", *map(_rule, rules)]
    return "".join(parts)


def _rule(rule: Rule) -> str:
    module = rule.function.__module__
    code = f"[`{module.rpartition('.')[2]}.{rule.function.__name__}`](../{module.replace('.', '/')}.py)"
    facts = [rule.severity.capitalize()]
    facts += [f"looks at {_names(rule.reads)}"] if rule.reads else []
    facts += [f"codes stand in `{rule.column}`"] if rule.column else []
    facts += [f"source: {rule.source}", f"decided by {code}"]
    told = table(("code", "sentence"), ((f"`{one.name}`", one.text_da) for one in rule.codes)) if rule.codes else ""
    return f"\n### {rule.id} {rule.title_da}\n\n{' · '.join(facts)}.\n\n{_plain(rule.function)}\n" + (
        told and f"\n{told}"
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _plain(function: object) -> str:
    """What a function says of itself, in Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", inspect.getdoc(function) or "")


if __name__ == "__main__":
    sys.stdout.write(rules_page(declared((sys.argv[1:] or [DEFAULT])[0])))
