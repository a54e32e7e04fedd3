"""The schema: made once by migrations, the same as the tables say, never silently too new."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from okrmodel.store import Store
from okrmodel.store.engine import connect_to, reading, writing
from okrmodel.store.errors import StoreIsNewer, StoreUnreachable
from okrmodel.store.schema import MIGRATIONS, VERSION, VERSION_TABLE
from okrmodel.store.tables import Row


@pytest.fixture
def empty(empty_store_url: str) -> Iterator[Engine]:
    engine = connect_to(empty_store_url)
    yield engine
    engine.dispose()


def test_migrations_make_exactly_what_the_tables_say(empty_store_url: str) -> None:
    with Store.open(empty_store_url) as store, store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, Row.metadata) == []


def test_the_version_named_in_the_code_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == VERSION


def test_a_store_opens_again_and_keeps_what_it_holds(empty_store_url: str) -> None:
    with Store.open(empty_store_url) as store, store.recording("acme"):
        pass
    with Store.open(empty_store_url) as store, store.asking() as connection:
        assert connection.execute(text("SELECT id FROM workspace")).scalars().all() == ["acme"]


def test_a_store_of_a_newer_version_is_refused_with_the_remedy(empty_store_url: str) -> None:
    Store.open(empty_store_url).close()
    engine = connect_to(empty_store_url)
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(StoreIsNewer, match=r"schema version 9999.*Upgrade okrsync"):
        Store.open(empty_store_url)


OPENING = """
import sys
from okrmodel.store import Store

print("ready", flush=True)
sys.stdin.readline()
with Store.open(sys.argv[1]) as store, store.recording("acme"):
    pass
"""


def test_processes_that_start_together_migrate_once(empty_store_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", OPENING, empty_store_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    # Only when all have finished importing do they start, all at once.
    for process in processes:
        assert process.stdout
        process.stdout.readline()
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)

    assert [process.returncode for process in processes] == [0, 0]


def test_a_migration_that_fails_leaves_nothing_behind(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The last table is already there, so the migration fails after it has made the others.
    with writing(empty) as connection:
        connection.execute(text("CREATE TABLE snapshot_uses (id INTEGER)"))

    with pytest.raises(Exception, match="snapshot_uses"):
        Store.open(empty.url.render_as_string(hide_password=False))
    with reading(empty) as connection:
        assert empty.dialect.get_table_names(connection) == ["snapshot_uses"]


def test_an_unreachable_store_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match=r"cannot open the store .*okr\.db"):
        Store.open(f"sqlite:///{tmp_path}/nowhere/okr.db")
    with pytest.raises(StoreUnreachable) as caught:
        Store.open("postgresql://okr:hunter2@127.0.0.1:1/okr")
    assert "hunter2" not in str(caught.value)
    assert "okr:***@127.0.0.1:1" in str(caught.value)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "okr.db").write_text("workspace: acme\n" * 100)
    with pytest.raises(StoreUnreachable, match="file is not a database"):
        Store.open(f"sqlite:///{tmp_path / 'okr.db'}")


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="sqlite or postgresql, not in mysql"):
        Store.open("mysql://localhost/okr")
