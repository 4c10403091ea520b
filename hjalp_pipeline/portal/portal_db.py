"""What the web dialogue keeps in a database: SQLite in its folder, or another one by URL. No CPR number outside sealed drafts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
)

METADATA = MetaData()
#: Points in time are texts in ISO 8601, UTC: they order as they are.
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token", String(64), primary_key=True),  # SHA-256 of the cookie
    Column("secret", String(64), nullable=False),  # signs the forms of the session
    Column("person", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("cvr", String(8), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("begun", String(40), nullable=False),
    Column("seen", String(40), nullable=False),
)
LOGINS = Table(
    "logins",
    METADATA,
    Column("token", String(64), primary_key=True),
    Column("state", Text, nullable=False),
    Column("begun", String(40), nullable=False),
)
UPLOADS = Table(
    "uploads",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("statistic", String(20), nullable=False),
    Column("komnr", String(3), nullable=False),
    Column("period", String(10), nullable=False),
    Column("system", String(60), nullable=False),
    Column("format", String(4), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("person", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("state", String(20), nullable=False),  # waiting, checked, failed, sent, discarded
    Column("result", Text),  # what the check found (JSON); no value of a record
    Column("filename", String(200)),  # in the inbox, once it is sent
)
DRAFTS = Table(
    "drafts",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("statistic", String(20), nullable=False),
    Column("komnr", String(3), nullable=False),
    Column("period", String(10), nullable=False),
    Column("system", String(60), nullable=False),
    Column("format", String(4), nullable=False),
    Column("begun", String(40), nullable=False),
    Column("from_file", String(200), nullable=False),
    Column("holder", String(200)),
    Column("holder_name", String(200)),
    Column("held_since", String(40)),
)
DRAFT_ROWS = Table(
    "draft_rows",
    METADATA,
    Column("draft", String(32), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
#: Records that a draft has taken over from a delivery, and that were bad there; until they are corrected or removed.
DRAFT_FAULTS = Table(
    "draft_faults",
    METADATA,
    Column("draft", String(32), primary_key=True),
    Column("place", Integer, primary_key=True),
)
REQUESTS = Table(
    "requests",  # for more time, for a mandate, questions: what waits for the office
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),  # tid, fuldmagt, spoergsmaal
    Column("statistic", String(20), nullable=False),
    Column("komnr", String(3), nullable=False),
    Column("about", String(200), nullable=False),
    Column("asked", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Column("person", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("answer", Text),
    Column("outcome", String(20)),  # givet, afslaaet, besvaret
    Column("answered_by", String(200)),
    Column("answered_at", String(40)),
)
LOG = Table(
    "log",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("person", String(200), nullable=False),
    Column("cvr", String(8), nullable=False),
    Column("komnr", String(3), nullable=False),
    Column("role", String(20), nullable=False),
    Column("act", String(40), nullable=False),
    Column("object", String(300), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("result", String(100), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("name", String(200)),  # of the person, as the login told it; null in rows of before there was one
    Column("statistic", String(20)),  # what it was about, "" for a login; null as well
)
#: What is done once a transaction stands.
_AFTER = "hjalp_after"
#: Of PostgreSQL, by which those that write wait for each other; any number of ours.
_ADVISORY = 4_885_121


class PortalDb:
    """The database. ``reading`` and ``writing`` are transactions; one that writes waits for the one before it."""

    def __init__(self, url: str) -> None:
        """``url``: as SQLAlchemy has it; tables and columns that are not there are made."""
        sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"connect_args": {"timeout": 30}} if sqlite else {"pool_pre_ping": True}
        self.engine: Engine = create_engine(url, pool_size=20, max_overflow=40, **options)
        if sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)
        elif url.startswith("postgresql"):
            event.listen(self.engine, "begin", _begin_alone)
        with self.writing() as connection:
            METADATA.create_all(connection)
            _add_columns(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: everything in it stands, or nothing."""
        with self.engine.connect().execution_options(writes=True) as connection:
            after: list[Callable[[], None]] = []
            connection.info[_AFTER] = after
            with connection.begin():
                yield connection
            for call in after:
                call()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def after_commit(connection: Connection, call: Callable[[], None]) -> None:
    """Have something done when a transaction of ``writing`` stands; nothing when it does not."""
    connection.info[_AFTER].append(call)


def _add_columns(connection: Connection) -> None:
    """Columns that a database of an earlier version lacks; they are always such as may be null."""
    for table in METADATA.sorted_tables:
        known = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                kind = column.type.compile(connection.dialect)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}")


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_alone(connection: Connection) -> None:
    """PostgreSQL lets several write at a time: the log's next row, and tables that are made, need one. The lock ends with it."""
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY})")
