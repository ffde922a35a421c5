"""Recordings and messages as they are sent to listeners."""

from pathlib import Path

from aiohttp import hdrs, web


def sound_file(folder: Path, name: str) -> Path | None:
    """The file `name` within the folder; None when there is none, or the name leads out of the folder."""
    root = folder.resolve()
    file = (root / name).resolve()
    return file if name and file.is_relative_to(root) and file.is_file() else None


def sound(file: Path) -> web.FileResponse:
    """Takes Range; browsers and proxies must not keep it."""
    return web.FileResponse(file, headers={hdrs.CONTENT_TYPE: "audio/wav", hdrs.CACHE_CONTROL: "private, no-store"})
