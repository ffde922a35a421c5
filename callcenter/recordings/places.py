"""Where finished recordings lie: the folder of this machine, or a bucket of an S3-compatible store."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

PlaceName = Literal["local", "s3"]
BLOCK_BYTES = 1024 * 1024


class Place(Protocol):
    """Every method raises OSError when the place cannot do it now; FileNotFoundError when there is no such file."""

    def put(self, source: Path, name: str, sha256: str) -> None:
        """Returns when the file is there, was read back, and has this hash."""

    def fetch(self, name: str, offset: int, length: int) -> bytes:
        """At most `length` bytes from `offset` on."""

    def size(self, name: str) -> int: ...

    def sha256(self, name: str) -> str: ...

    def remove(self, name: str) -> None:
        """Nothing happens when it is not there."""


class Folder:
    """Files below one folder; a name that leads out of it is not there."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, name: str) -> Path:
        root = self._root.resolve()
        file = (root / name).resolve()
        if not name or not file.is_relative_to(root):
            raise FileNotFoundError(f"{name} is not below {root}")
        return file

    def put(self, source: Path, name: str, sha256: str) -> None:
        """`source` is moved: it must be on the same file system."""
        if hashed(source) != sha256:
            raise OSError(f"{source} is not what it was")
        target = self.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        _sync(target.parent)

    def fetch(self, name: str, offset: int, length: int) -> bytes:
        with self.path(name).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def size(self, name: str) -> int:
        return self.path(name).stat().st_size

    def sha256(self, name: str) -> str:
        return hashed(self.path(name))

    def remove(self, name: str) -> None:
        file = self.path(name)
        if file.exists():
            file.unlink()
            _sync(file.parent)


class S3Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`endpoint` empty: Amazon's own. Objects are named `prefix` and the file's name."""

    bucket: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""
    access_key: str = ""
    secret_key: str = ""


class Bucket:
    """Any store that speaks S3. Calls block; each is given up after a minute without progress."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._kept: Any = None

    def put(self, source: Path, name: str, sha256: str) -> None:
        with _as_os_error(name):
            self._client.upload_file(
                str(source), self._settings.bucket, self._key(name), ExtraArgs={"Metadata": {"sha256": sha256}}
            )
        if self.sha256(name) != sha256:
            raise OSError(f"{name}: what the bucket gives back is not what was sent")

    def fetch(self, name: str, offset: int, length: int) -> bytes:
        if length < 1:
            return b""
        with _as_os_error(name):
            wanted = f"bytes={offset}-{offset + length - 1}"
            answer = self._client.get_object(Bucket=self._settings.bucket, Key=self._key(name), Range=wanted)
            found: bytes = answer["Body"].read()
        return found

    def size(self, name: str) -> int:
        with _as_os_error(name):
            answer = self._client.head_object(Bucket=self._settings.bucket, Key=self._key(name))
            return int(answer["ContentLength"])

    def sha256(self, name: str) -> str:
        """Of all that is there, read over the network."""
        digest = hashlib.sha256()
        with _as_os_error(name):
            answer = self._client.get_object(Bucket=self._settings.bucket, Key=self._key(name))
            for block in answer["Body"].iter_chunks(BLOCK_BYTES):
                digest.update(block)
        return digest.hexdigest()

    def remove(self, name: str) -> None:
        with _as_os_error(name):
            self._client.delete_object(Bucket=self._settings.bucket, Key=self._key(name))

    def _key(self, name: str) -> str:
        return self._settings.prefix + name

    @property
    def _client(self) -> Any:
        """Made when it is first needed: the library takes half a second to load."""
        if self._kept is None:
            import boto3
            from botocore.config import Config

            s = self._settings
            self._kept = boto3.client(
                "s3",
                endpoint_url=s.endpoint or None,
                region_name=s.region or "us-east-1",
                aws_access_key_id=s.access_key or None,
                aws_secret_access_key=s.secret_key or None,
                config=Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 2}),
            )
        return self._kept


@contextlib.contextmanager
def _as_os_error(name: str) -> Iterator[None]:
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "NotFound"):
            raise FileNotFoundError(f"{name} is not in the bucket") from error
        raise OSError(f"{name}: {error}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(f"{name}: {error}") from error


def located(place: str, name: str) -> str:
    """A file and its place in one word: `2026/01/01/x.wav` of the folder, `s3:2026/01/01/x.mp3` of the bucket."""
    return name if place == "local" else f"{place}:{name}"


def where(word: str) -> tuple[str, str]:
    """(place, name), the way back."""
    place, colon, name = word.partition(":")
    return (place, name) if colon else ("local", word)


def hashed(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def written(target: Path, write: Callable[[Any], None]) -> None:
    """A new file, readable by owner and group, on disk when this returns."""
    target.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(target, flags, 0o640), "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
