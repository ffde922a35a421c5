"""`callcenter restore`: a backup put where nothing is, after every file of it was read and compared.

What is there already and is the same stays: a restore that was cut off is begun again. Whatever differs is named, and
nothing is touched.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from alembic.util import CommandError as AlembicError

from callcenter.backup import contents, databases
from callcenter.backup.catalogue import (
    CONFIG,
    DATABASES,
    SCRIPTS,
    BackupRefused,
    Head,
    copied,
    hashed,
    listed,
    read_head,
)
from callcenter.config import Config, load
from callcenter.service.run_lock import RunsAlready
from callcenter.service.runner import lock_of
from callcenter.store import migrations

Tell = Callable[[str, str], None]
_NAMED = 10  # differences that are told one by one


def restore(folder: Path, config_file: Path, data_dir: Path | None, tell: Tell) -> tuple[Config, Head]:
    """`config_file` is written from the backup when it is not there. Raises BackupRefused, FormError or OSError."""
    head = read_head(folder)
    _check_revision(head)
    tell(f"核对备份中的 {head.files} 个文件……", f"Comparing the backup's {head.files} files with its list …")
    _check_whole(folder)
    if not config_file.exists():
        copied(folder / CONFIG, config_file)
        tell(f"已写入 {config_file}", f"{config_file} is written.")
    config = load(config_file, data_dir)
    with _stopped(config):
        _check_database(config, head)
        _check_empty(folder, config, head)
        tell("写回……", "Putting back …")
        stay = [name for name, sha256 in _placed(folder) if not _put_back(folder, config, name, sha256)]
        if stay:
            tell(
                f"这些脚本与备份不同，保留现有版本：{_some(stay)}",
                f"these scripts differ from the backup's and stay as they are here: {_some(stay)}",
            )
        _put_database_back(folder, config, head)
    return config, head


@contextmanager
def _stopped(config: Config) -> Iterator[None]:
    """Nothing runs there, and nothing is started meanwhile."""
    lock = lock_of(config)
    try:
        lock.take()
    except RunsAlready as runs:
        raise BackupRefused(
            f"系统正在运行（进程 {runs.pid}）：先执行 callcenter stop",
            f"it runs (process {runs.pid}): stop it first, callcenter stop",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _check_whole(folder: Path) -> None:
    wrong = [f"{name} ({finding})" for name, sha256 in listed(folder) if (finding := _finding(folder / name, sha256))]
    if wrong:
        raise BackupRefused(
            f"备份已损坏，未作任何改动：{_some(wrong)}", f"the backup is damaged, nothing was changed: {_some(wrong)}"
        )


def _finding(file: Path, sha256: str) -> str:
    if not file.is_file():
        return "missing"
    return "" if hashed(file) == sha256 else "altered"


def _check_revision(head: Head) -> None:
    """Older tables are brought up to date at the next start; newer ones nobody here knows."""
    known = AlembicConfig()
    known.set_main_option("script_location", str(Path(migrations.__path__[0])).replace("%", "%%"))
    try:
        ScriptDirectory.from_config(known).get_revision(head.revision)
    except AlembicError:
        raise BackupRefused(
            f"备份来自更新的版本（{head.program}，表结构 {head.revision}）：请先升级",
            f"the backup is of a newer version ({head.program}, tables {head.revision}): upgrade first",
        ) from None


def _check_database(config: Config, head: Head) -> None:
    kind = databases.kind_of(config.database_url)
    if kind != head.database:
        raise BackupRefused(
            f"备份的数据库是 {head.database}，而 {config.file} 的 store.url 指向 {kind}",
            f"the backup has a database of {head.database}, and store.url in {config.file} names one of {kind}",
        )


def _check_empty(folder: Path, config: Config, head: Head) -> None:
    there = databases.in_the_way(config.database_url, folder / DATABASES[head.database])
    for name, sha256 in _placed(folder):
        target = contents.target_of(config, name)
        if not name.startswith(f"{SCRIPTS}/") and target.exists() and hashed(target) != sha256:
            there.append(str(target))
    there += _strange_segments(folder, config)
    if there:
        raise BackupRefused(
            f"已有内容，未作任何改动：{_some(there)}。请先移开再恢复",
            f"there is something already, and nothing was changed: {_some(there)}. Move it aside, then restore",
        )


def _strange_segments(folder: Path, config: Config) -> list[str]:
    """A journal of another installation, or of what happened after the backup, does not go with this one."""
    own = {Path(name).name for name, _ in _placed(folder) if name.startswith("data/journal/")} | {"lock"}
    journal = config.data_dir / "journal"
    return sorted(str(file) for file in journal.iterdir() if file.name not in own) if journal.is_dir() else []


def _placed(folder: Path) -> Iterator[tuple[str, str]]:
    """What goes into folders: all but the configuration and the database."""
    for name, sha256 in listed(folder):
        if name != CONFIG and name not in DATABASES.values():
            yield name, sha256


def _put_back(folder: Path, config: Config, name: str, sha256: str) -> bool:
    """False: another is there. Only of scripts, some of which come with the program."""
    target = contents.target_of(config, name)
    if target.exists():
        return hashed(target) == sha256
    copied(folder / name, target)
    return True


def _put_database_back(folder: Path, config: Config, head: Head) -> None:
    source = folder / DATABASES[head.database]
    if head.database == "sqlite" and databases.sqlite_file(config.database_url).exists():
        return  # the same: `_check_empty` has compared it
    databases.put_back(config.database_url, source)


def _some(names: list[str]) -> str:
    more = f", … ({len(names)})" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
