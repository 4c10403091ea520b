"""Which statistic a data root holds, as it is declared."""

from hjalp_pipeline.statistic import Statistic, declared
from hjalp_pipeline.storage.root import DataRoot


def statistic_of(root: DataRoot) -> Statistic:
    """The declaration of a data root's statistic."""
    return declared(root.statistic)
