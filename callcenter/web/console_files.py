"""The built console: its files, and its first page for every path of its own.

Files under assets/ carry a hash in their name and are kept by browsers for a year; the first page
never is. A .br or .gz beside a file is sent to browsers that take it.
"""

import re
from pathlib import Path

from aiohttp import hdrs, web

from callcenter.web.errors import ApiError
from callcenter.web.services import SERVICES

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
# Ids of calls have dots too (/calls/cc1-1758000000.12), but a digit after them.
_FILE_TYPE = re.compile(r"\.[A-Za-z][^./]*$")
_RESERVED = ("api/", "ws", "sip")
_NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Call centre</title>
<p>The console is not built yet: run <code>make setup</code>. The API is at <code>/api/v1/openapi.json</code>.
<p>控制台尚未构建：请运行 <code>make setup</code>。接口说明见 <code>/api/v1/openapi.json</code>。
"""


async def console_file(http: web.Request) -> web.StreamResponse:
    wanted = http.match_info["path"]
    if wanted == "api" or wanted.startswith(_RESERVED[:1]) or wanted in _RESERVED:
        raise web.HTTPNotFound
    folder = http.app[SERVICES].settings.console_folder
    file = _inside(folder, wanted)
    if file is not None:
        return _sent(file, _FOR_EVER if wanted.startswith("assets/") else _ASK_AGAIN)
    if _FILE_TYPE.search(wanted):
        raise ApiError("no_such_path", f"there is nothing under /{wanted[:200]}")
    return _first_page(folder)


def _inside(folder: Path, wanted: str) -> Path | None:
    """The file, when it is one and lies in the folder; links that lead out of it do not count."""
    if not wanted or "\0" in wanted:
        return None
    try:
        root = folder.resolve()
        file = (root / wanted).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except OSError:
        return None


def _first_page(folder: Path) -> web.StreamResponse:
    index = folder / "index.html"
    if index.is_file():
        return _sent(index, _ASK_AGAIN)
    return web.Response(status=503, text=_NOT_BUILT, content_type="text/html")


def _sent(file: Path, caching: str) -> web.FileResponse:
    return web.FileResponse(file, headers={hdrs.CACHE_CONTROL: caching})
