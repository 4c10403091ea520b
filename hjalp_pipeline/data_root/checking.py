"""``hjalp check``: everything that is wrong in a data root, and what is missing for the next step. It reads, and changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from hjalp_pipeline.data_root.checked_access import wrong_access
from hjalp_pipeline.data_root.checked_extracts import wrong_extracts
from hjalp_pipeline.data_root.checked_inbox import wrong_inbox
from hjalp_pipeline.data_root.checked_lists import unread, wrong_decisions, wrong_lists, wrong_names, wrong_settings
from hjalp_pipeline.data_root.checked_orders import wrong_articles, wrong_orders
from hjalp_pipeline.data_root.checked_releases import Definitions
from hjalp_pipeline.data_root.next_steps import next_steps, remarks
from hjalp_pipeline.data_root.wrong import MAY_READ, Wrong, wrong_in
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: what is wrong, remarks, and what is missing in the order in which it is done."""

    wrong: tuple[Wrong, ...]
    remarks: tuple[str, ...]
    missing: tuple[str, ...]


def check(root: DataRoot, now: datetime | None = None) -> Checked:
    """Look at everything people maintain; a fault of one thing keeps nothing else from being looked at."""
    moment = now or datetime.now(DANISH_TIME)
    definitions = Definitions(root, moment)
    looks: tuple[Iterable[Wrong], ...] = (
        wrong_access(root),
        _beside(root),
        wrong_lists(root),
        wrong_names(root),
        wrong_settings(root),
        wrong_decisions(root),
        definitions.wrong,
        wrong_extracts(root, definitions.planned),
        wrong_inbox(root, moment.date()),
        wrong_orders(root),
        wrong_articles(root),
    )
    found: list[Wrong] = []
    for look in looks:
        # A folder that may not be listed costs what is in it, and nothing else.
        found += wrong_in(root, partial(found.extend, look), MAY_READ)
    wrong = dict.fromkeys(found)
    flat = ["the data root is laid out as by version 0.3: `hjalp migrate` moves its folders"] if root.flat else []
    misspelt = " ".join(one.what for one in wrong)
    other = [f"codelists/{name} is not read" for name in unread(root) if f"codelists/{name} " not in misspelt]
    missing = list(next_steps(root, definitions.planned, moment))
    return Checked(tuple(wrong), (*flat, *other, *remarks(root)), tuple(missing))


def _beside(root: DataRoot) -> Iterator[Wrong]:
    for name in root.beside:
        yield Wrong(
            f"{name}/ lies beside {root.statistic}/ in the data root: nothing in it is read",
            f"move what is in it into {root.statistic}/{name}/",
        )
