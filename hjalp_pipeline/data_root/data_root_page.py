"""``docs/data-root.md``, made of what the readers read by: ``python -m hjalp_pipeline.data_root.data_root_page > docs/data-root.md``."""

import sys

from hjalp_pipeline.data_root.folders import FOLDERS, OF_THE_PROGRAM, table
from hjalp_pipeline.statistic import Statistic, declared
from hjalp_pipeline.storage.maintained_list import filled_in
from hjalp_pipeline.storage.root import DEFAULT

_BEGIN = """# Data of your own

How to begin with nothing. Everything lies in one folder, the data root. Make it, and say where it is:

```
uv run hjalp init "$PWD/data"
export HJALP_DATA="$PWD/data"
uv run hjalp check
```

`hjalp init` makes the folders below, each with a README, every code list with its header and an example, and a release definition
to copy. What is there already stays as it is, so it may be run again. `hjalp check` says everything that is missing or wrong, with
what to do, whenever it is asked: it reads alone and changes nothing.

In this order:

1. `{statistic}/codelists/systems.csv`: who sends what. Three kommuner are enough to try it: the others are *not yet in*.
2. `registers/DATE/`: a register extract.
3. `{statistic}/inbox/{PERIOD}/`: the deliveries.
4. `hjalp run --quarter {last}`, then `hjalp status --quarter {last}`.
5. `hjalp reports --quarter {last} --aar {year}` and `hjalp approve`, or wait for the kommuner.
6. `{statistic}/releases/{year}v1.toml`, whose `approvals_until` lies after those decisions, then `hjalp release {year}v1`.

What is missing or wrong is said with file, line and rule; nothing is lost by running too early. Messages and docs write `hjalp` for
`uv run hjalp`. Of the second statistic the folder is `hand/`, and each command takes `--statistic hand`.

## What lies where

Without `$HJALP_DATA` the data root is `data/` in the checkout, which git ignores. Nothing is written elsewhere. When the variable names a
folder inside a data root, or one around it, every command says so and does nothing. `registers/` and `dagster_home/` are shared by all
statistics; paths in docs and messages are paths in `{statistic}/`.

A data root of version 0.3 or older has no folder `{statistic}/`. It is read as it is until `hjalp migrate` moves it, by renaming only.
After that, files that still arrive in the old `inbox/` are named and not read, and Dagster shows what was made before under the
assets' old names.

"""
_BEYOND = """
## What the interface does not say

The interface of the files (columns, types, rejections) knows neither of these two. A program of your own that reads or writes the same
files has to:

- **Remarks.** In every list of `codelists/` and `approvals/` a record whose first character is `#` is a remark, wherever it
  stands, and is not read; inside a quoted value a line may begin so. The lists that `hjalp init` makes hold their explanation
  as remarks. Deliveries have none.
- **`not_yet_in`.** The gate (`hjalp status`, its JSON, the data set `status`) has this status beside the others, for a kommune
  that has had no row in `systems.csv` for the period or an earlier one, and for which no other kommune has reported. It owes
  nothing: it is not `missing`, no check counts it, and nobody reminds it. A file from it is rejected (UKENDT_AFSENDER). From the
  first period of its first system, or of the first collaboration in which another reports for it, it is in, and stays so:
  without a system after that it is `missing`. While it is not yet in, a release in which it would take part is refused,
  whatever it has approved.
"""
_CHECK = """
## What `hjalp check` looks at

Everything that people maintain: the code lists and settings, decisions, release definitions (also whether their dates can be meant),
register extracts (files, columns, types, rules, doubles, a whole population), names of deliveries, files and folders that nobody
reads (a misspelt list is named with the name that was meant), tables delivered to order and their
ledger, finished articles, and whether this account may read and write what it has to. Then it says what is missing for the next step.

- *Wrong* is what the program refuses or passes over. Exit code 1.
- *Missing* is what has not been done yet. It is said, and the exit code is 0.
- A delivery that was rejected has a receipt and is the kommune's business: it is *wrong* only until it has one.

An extract that a run has prepared was looked at then, and is not read again. Another one is read, as by `hjalp run`: 47 million rows
take a quarter of a minute and 1 GB of memory.
"""


def data_root_page(statistic: Statistic) -> str:
    """The page, with the columns, keys and examples of a statistic."""
    begin = _BEGIN.replace("{statistic}", statistic.name).replace("{PERIOD}", statistic.period.word.upper())
    where = [
        *((_place(one.name, statistic, shared=one.shared), filled_in(one.purpose, statistic)) for one in FOLDERS),
        *(
            (_place(name, statistic, shared=name == "dagster_home"), f"Of the program: {what}.")
            for name, what in OF_THE_PROGRAM.items()
        ),
    ]
    sections = [f"\n## `{_name(one.name, statistic, shared=one.shared)}`\n\n{one.text(statistic)}" for one in FOLDERS]
    return (
        filled_in(begin, statistic) + table(("folder", "what it holds"), where) + "".join(sections) + _BEYOND + _CHECK
    )


def _name(name: str, statistic: Statistic, *, shared: bool) -> str:
    return f"{name}/" if shared else f"{statistic.name}/{name}/"


def _place(name: str, statistic: Statistic, *, shared: bool) -> str:
    return f"`{_name(name, statistic, shared=shared)}`"


if __name__ == "__main__":
    sys.stdout.write(data_root_page(declared(DEFAULT)))
