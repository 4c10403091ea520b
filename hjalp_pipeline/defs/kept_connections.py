"""Dagster's own SQLite storage with connections that stay open (``storage`` in ``dagster.yaml``).

Dagster's opens an engine, a connection and an empty cache of compiled statements for each event of a run, and SQLite, whose
last connection that is, writes its whole log back when it closes: some 200 events of a run of a period are most of what an
unchanged one costs. The files, their tables and their place are the same, so either storage goes on where the other stopped.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster._core.event_api import EventHandlerFn
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage, SqliteEventLogStorageWatchdog
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import QueuePool
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer

#: Databases held open: the one of all runs, and those of the runs that were asked for last (each has its own).
_KEPT = 4


class Engines:
    """Engines by address, the ones used last kept."""

    def __init__(self) -> None:
        """None yet."""
        self._kept: OrderedDict[str, Engine] = OrderedDict()

    def of(self, address: str) -> Engine:
        """The engine of a database; whoever asks holds the lock of its storage."""
        found = self._kept.pop(address, None) or _engine(address)
        self._kept[address] = found
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)[1].dispose()
        return found

    def close(self) -> None:
        """Close all; the next who asks opens anew."""
        while self._kept:
            self._kept.popitem()[1].dispose()


def _engine(address: str) -> Engine:
    engine: Engine = create_engine(
        address,
        poolclass=QueuePool,
        max_overflow=-1,  # as many threads of a web server as ask at once, each with a connection, as without the pool
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _is_whole_in_any_case)
    return engine


def _is_whole_in_any_case(connection: Any, _record: object) -> None:
    # With its log SQLite is whole after a power failure also if no commit waits for the disk: the last events may be lacking
    # then, which says no more than that the run was not there yet. A process that is killed loses nothing.
    connection.execute("PRAGMA synchronous=NORMAL")


class _Watchdog(SqliteEventLogStorageWatchdog):
    """Looks at SQLite's log as well: the database itself does not change before that is written back."""

    def __init__(self, storage: "KeptEvents", run_id: str, callback: EventHandlerFn, cursor: str | None) -> None:
        super().__init__(storage, run_id, callback, cursor)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: FileSystemEvent) -> None:  # noqa: ARG002 (which of the two it was does not matter)
        self._process_log()


class KeptEvents(SqliteEventLogStorage):
    """Events of runs."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """``base_dir``: the folder with a database for each run."""
        self._engines = Engines()
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engines.of(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def watch(self, run_id: str, cursor: str | None, callback: EventHandlerFn) -> None:
        """Tell ``callback`` of a run's events as they come, whichever process stores them."""
        looks: Any = self._obs
        if looks is None:
            looks = Observer()
            looks.start()
            self._obs = looks
        watchdog = _Watchdog(self, run_id, callback, cursor)
        self._watchers[run_id][callback] = watchdog, looks.schedule(watchdog, self._base_dir, recursive=True)

    def wipe(self) -> None:
        """Remove every event; the databases of runs are removed as files."""
        self._engines.close()
        super().wipe()

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        self._engines.close()


class KeptRuns(SqliteRunStorage):
    """Runs and what they were told. ``connect`` may be called by several threads at once: the pool gives each its connection."""

    def __init__(self, conn_string: str, inst_data: ConfigurableClassData | None = None) -> None:
        """``conn_string``: of the database."""
        self._engine = _engine(conn_string)
        super().__init__(conn_string, inst_data)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A connection with a transaction around it."""
        with self._engine.begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close what is open."""
        super().dispose()
        self._engine.dispose()


class KeptConnections(DagsterSqliteStorage):
    """The storage of an instance on one machine."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """``base_dir``: the instance's folder."""
        super().__init__(base_dir, inst_data)
        self._run_storage = KeptRuns.from_local(str(Path(base_dir, "history")))
        self._event_log_storage = KeptEvents(str(Path(base_dir, "history", "runs")))

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "KeptConnections":
        """As ``dagster.yaml`` says."""
        return cls.from_local(inst_data=inst_data, **config_value)
