"""Files that were sent and are looked at before they are taken: kept for an hour on this server, a few at most."""

import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import BodyPartReader, web

from callcenter.store.customer_files import BadFile, Format, kind_of
from callcenter.web.errors import ApiError
from callcenter.web.refusals import refusal

KEPT_S = 3600.0
MOST = 20
LARGEST_BYTES = 20_000_000


@dataclass(frozen=True)
class Upload:
    """`by`: the account that sent it; nobody else is given it."""

    id: str
    by: str
    kind: Format
    file: Path
    at: float


class Uploads:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._folder = tempfile.TemporaryDirectory(prefix="callcenter-")
        self._kept: dict[str, Upload] = {}

    async def receive(self, http: web.Request, by: str) -> Upload:
        """The part `file` of a form. Raises ApiError `bad_media_type`, `bad_value`, `bad_file` or `too_large`."""
        if not http.content_type.startswith("multipart/"):
            raise ApiError("bad_media_type", f"send multipart/form-data, not {http.content_type}")
        async for part in await http.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file":
                return await self._keep(part, by)
        raise ApiError("bad_value", refusal("no_file"), field="file")

    def of(self, upload_id: str, by: str) -> Upload:
        """Raises ApiError `no_such_import`."""
        self._forget_old()
        upload = self._kept.get(upload_id)
        if upload is None or upload.by != by:
            raise ApiError("no_such_import")
        return upload

    def forget(self, upload: Upload) -> None:
        self._kept.pop(upload.id, None)
        upload.file.unlink(missing_ok=True)

    def close(self) -> None:
        self._folder.cleanup()

    async def _keep(self, part: BodyPartReader, by: str) -> Upload:
        try:
            kind = kind_of(part.filename or "")
        except BadFile as error:
            raise ApiError("bad_file", error.said, field="file") from error
        upload_id = secrets.token_urlsafe(16)
        # The reader of XLSX goes by the ending, too.
        upload = Upload(upload_id, by, kind, Path(self._folder.name) / f"{upload_id}.{kind}", self._clock())
        try:
            await _write(part, upload.file)
        except BaseException:
            upload.file.unlink(missing_ok=True)
            raise
        self._kept[upload_id] = upload
        self._forget_old()
        return upload

    def _forget_old(self) -> None:
        oldest = self._clock() - KEPT_S
        old = [each for each in self._kept.values() if each.at < oldest]
        for upload in (*old, *list(self._kept.values())[: max(0, len(self._kept) - MOST)]):
            self.forget(upload)


UPLOADS = web.AppKey("uploads", Uploads)


def uploads_of(http: web.Request) -> Uploads:
    return http.app[UPLOADS]


async def _write(part: BodyPartReader, file: Path) -> None:
    size = 0
    with file.open("wb") as out:
        while piece := await part.read_chunk(65_536):
            size += len(piece)
            if size > LARGEST_BYTES:
                message = f"the file is larger than {LARGEST_BYTES // 1_000_000} MB; split it"
                raise ApiError("too_large", message, field="file")
            out.write(piece)
