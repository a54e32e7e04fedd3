"""The store's schema: brought up to date by migrations, once, whoever comes first."""

from pathlib import Path

from sqlalchemy import Connection, Engine, column, func, inspect, select, table

from okrmodel.store.engine import shown, writing
from okrmodel.store.errors import StoreIsNewer

VERSION = "0005"
"""The newest migration."""
VERSION_TABLE = "okr_version"
"""Alembic's own name for it is already taken where Prefect keeps its tables in the same database."""

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_240_991_305
"""Any number, as long as nobody else in the database locks the same one."""


def upgrade(engine: Engine) -> None:
    """Bring an empty or older store up to date; one process does it, the others wait.

    Raises:
        StoreIsNewer: This version of okrsync does not know the store's.
    """
    with engine.connect() as connection:
        if _version(connection) == VERSION:
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        # Somebody may have upgraded while we waited for the lock.
        if _version(connection) != VERSION:
            _migrate(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(
        select(column("version_num")).select_from(table(VERSION_TABLE))
    )
    return found


def _migrate(connection: Connection) -> None:
    # Imported here because it is rarely needed and takes as long as the rest of a start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    found = _version(connection)
    if found is not None and found not in known:
        raise StoreIsNewer(
            f"the store {shown(connection.engine.url)} has schema version {found}, and this okrsync"
            f" knows versions up to {VERSION}: a newer okrsync wrote it. Upgrade okrsync here, or"
            " open another store."
        )
    command.upgrade(config, "head")
