"""What the pages of a running portal share: settings, database, log, sessions, rights, and the data roots by statistic."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache, partial

from hjalp_pipeline.portal.act_log import ActLog
from hjalp_pipeline.portal.checks import Checks
from hjalp_pipeline.portal.portal_db import PortalDb
from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.portal.rights import Rights
from hjalp_pipeline.portal.sessions import Sessions
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.portal_lists import PORTAL_ACCESS, Access, list_mark, read_access
from hjalp_pipeline.storage.portal_settings import PortalSettings
from hjalp_pipeline.storage.root import STATISTICS, DataRoot
from hjalp_pipeline.web.rate_limits import Places, RateLimit


@lru_cache(maxsize=8)
def _access(root: DataRoot, _mark: str) -> tuple[Access, ...]:
    return tuple(read_access(root))


@dataclass
class Portal:
    """A portal. ``secure``: reached by https; ``origin``: as browsers call it; ``demo``: rows of access of the demonstration
    by statistic, beside those of the lists.
    """

    root: DataRoot
    settings: PortalSettings
    origin: str
    statistics: tuple[str, ...] = STATISTICS
    demo: Mapping[str, Iterable[Access]] = field(default_factory=dict)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        """Open the database and make the folders."""
        self.place = PortalPlace.of(self.root)
        self.place.prepare()
        self.db = PortalDb(self.settings.database or f"sqlite:///{self.place.database}")
        self.log = ActLog(self.db, self.place.heads)
        self.log.settle()
        self.sessions = Sessions(self.db, self.now)
        self.roots = {
            name: DataRoot(self.root.path, name, flat=self.root.flat and name == self.root.statistic)
            for name in self.statistics
        }
        self.rights = Rights({name: partial(self._access, name) for name in self.roots})
        self.requests = RateLimit(self.settings.requests_a_minute)
        self.logins = RateLimit(self.settings.logins_a_minute)
        self.places = Places()
        self.checks = Checks(self.db, self.place, self.roots)

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.origin.startswith("https://")

    def cookie(self, name: str) -> str:
        """What a cookie is called: ``__Host-`` is for https alone."""
        return f"__Host-hjalp-{name}" if self.secure else f"hjalp-{name}"

    @property
    def today(self) -> date:
        """The Danish day."""
        return self.now().astimezone(DANISH_TIME).date()

    def _access(self, statistic: str) -> list[Access]:
        root = self.roots[statistic]
        return [*_access(root, list_mark(root, PORTAL_ACCESS)), *self.demo.get(statistic, ())]

    def close(self) -> None:
        """Let go of the database."""
        self.checks.close()
        self.db.close()
