"""What is wrong with tables delivered to order and their ledger, and with the articles that an editor has finished."""

from collections.abc import Iterator

from hjalp_pipeline.data_root.wrong import PAGE, Wrong
from hjalp_pipeline.production.orders.delivered_orders import UNLISTED, look_at_orders, of_nothing, ordered_stock
from hjalp_pipeline.production.release.finished_articles import article_name, finished_articles
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.publishing.table import LANGUAGES
from hjalp_pipeline.storage.inbox import README
from hjalp_pipeline.storage.root import DataRoot

_AS_DELIVERED = (
    "put back what was delivered, from a copy; until then no table is made to order, and no release of its years"
)


def wrong_orders(root: DataRoot) -> Iterator[Wrong]:
    """Every file of an order that is not as it was delivered, and each line of the ledger with a fault."""
    stock = ordered_stock(root)
    if not root.orders.is_dir():
        return
    if stock is None:
        yield Wrong(f"orders/ is not read: tables are not made to order from {root.statistic}", "remove it")
        return
    found = look_at_orders(root, stock)
    for what in (*found.faults, *of_nothing(root, [order for order, _ in found.orders])):
        yield Wrong(what, _AS_DELIVERED)
    for name in found.unlisted:
        yield Wrong(f"orders/{name} {UNLISTED}", f"{root.command('table')} with the file of the order")


def wrong_articles(root: DataRoot) -> Iterator[Wrong]:
    """Files that are no article of any release, and articles that will not be shown."""
    if not root.articles.is_dir():
        return
    names = sorted(path.name for path in root.articles.iterdir() if not path.name.startswith((".", "~")))
    releases = sorted(path.stem for path in root.releases.glob("*.toml") if is_release_name(path.stem))
    known = {article_name(release, language) for release in releases for language in LANGUAGES}
    for name in names:
        if name not in (*known, README):
            yield Wrong(f"articles/{name} is not read: no release has an article called so", f"what is: {PAGE}")
    for release in releases:
        for what in finished_articles(root, release)[1]:
            yield Wrong(what, "finish it; until then the release is shown without it")
