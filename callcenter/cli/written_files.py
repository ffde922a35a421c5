"""Files a command writes: all of them whole, or none changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from callcenter.cli.errors import CommandError


def check_can_be_written(files: Iterable[Path]) -> None:
    """Before the work begins whose result they are to hold. Raises CommandError."""
    named: set[Path] = set()
    for file in files:
        if not file.parent.is_dir():
            raise CommandError(f"{file}: there is no folder {file.parent}", 2)
        if file.is_dir():
            raise CommandError(f"{file}: is a folder; expected a file", 2)
        if file.resolve() in named:
            raise CommandError(f"{file}: is named for two results; give each a file of its own", 2)
        named.add(file.resolve())


def write_all(texts: Mapping[Path, str]) -> None:
    """Beside their places first, so that nobody ever finds half a file. A pipe or terminal is written to as it is."""
    fresh = {file: file.with_name(f".{file.name}.new") for file in texts if file.is_file() or not file.exists()}
    try:
        for file, text in texts.items():
            fresh.get(file, file).write_text(text, encoding="utf-8", newline="")
        for file, beside in fresh.items():
            beside.replace(file)
    except OSError as error:
        raise CommandError(f"{error.filename}: cannot be written: {error.strerror}", 2) from error
    finally:
        for beside in fresh.values():
            beside.unlink(missing_ok=True)
