"""What belongs into a backup: what people made and what calls left, not what `callcenter setup` makes again."""

from collections.abc import Iterator
from pathlib import Path

from callcenter.backup.catalogue import DATA, RECORDINGS, SCRIPTS
from callcenter.config import Config

SPOOLS = ("spool/recording", "spool/messages")  # talks and messages that are no finished files yet
_FILES = ("secrets.yaml", "demo-accounts.txt")
_FOLDERS = ("music", "prompt_recordings")


def of_data(config: Config) -> Iterator[tuple[Path, str]]:
    """(file, its name in the backup) of what people made; the journal and unfinished sound aside."""
    for name in _FILES:
        if (config.data_dir / name).is_file():
            yield config.data_dir / name, f"{DATA}/{name}"
    for name in _FOLDERS:
        yield from _below(config.data_dir / name, f"{DATA}/{name}")
    reports = config.reporting_settings().folder.resolve()
    if reports.is_relative_to(config.data_dir):
        yield from _below(reports, f"{DATA}/{reports.relative_to(config.data_dir)}")
    yield from _below(config.scripts_dir, SCRIPTS)


def of_spools(config: Config) -> Iterator[tuple[Path, str]]:
    for name in SPOOLS:
        yield from _below(config.data_dir / name, f"{DATA}/{name}")


def of_recordings(config: Config) -> Iterator[tuple[Path, str]]:
    yield from _below(config.recordings_dir, RECORDINGS)


def target_of(config: Config, name: str) -> Path:
    """Where a file of a backup goes in this installation. Raises ValueError for a name that leads elsewhere."""
    roots = {DATA: config.data_dir, RECORDINGS: config.recordings_dir, SCRIPTS: config.scripts_dir}
    first, _, rest = name.partition("/")
    root = roots.get(first)
    if root is None or not rest or ".." in Path(rest).parts or Path(rest).is_absolute():
        raise ValueError(name)
    return root / rest


def _below(folder: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Ordinary files; hidden ones are locks and work that is under way."""
    if not folder.is_dir():
        return
    for file in sorted(folder.rglob("*")):
        below = file.relative_to(folder)
        left_out = any(part.startswith(".") or part == "__pycache__" for part in below.parts)
        if file.is_file() and not file.is_symlink() and not left_out:
            yield file, f"{name}/{below.as_posix()}"
