"""The secrets of this installation: generated here on first use, kept in one file that only its owner can read.

Nothing has a default password, and nothing here is ever printed or logged. Several processes may use one
file at once: a missing secret is added under a lock, and what another process added is found again.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from callcenter.store.passwords import typed_password

_HEADER = "# Generated on this machine. Whoever has this file can make calls and steer the telephone system.\n"


class KeyringError(Exception):
    """The file of secrets cannot be used; the message names it and what to do."""


class Keyring:
    """Secrets by name, `<kind>.<name>`, e.g. `ami.events`, `sip.8001-web`, `control.key`."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __repr__(self) -> str:
        return f"Keyring({str(self._file)!r})"

    def secret(self, name: str) -> str:
        """256 random bits in hexadecimal, made on first use."""
        return self._get([name], lambda: secrets.token_hex(32))[name]

    def sip_passwords(self, endpoints: Iterable[str]) -> dict[str, str]:
        """One password for each SIP account, short enough to be typed into a telephone."""
        names = {f"sip.{endpoint}": endpoint for endpoint in endpoints}
        return {names[name]: password for name, password in self._get(names, typed_password).items()}

    def sip_password(self, endpoint: str) -> str:
        return self.sip_passwords([endpoint])[endpoint]

    def given(self, name: str) -> str:
        """A secret that came from elsewhere, such as a provider's; empty when there is none."""
        return self._read().get(name, "")

    def under(self, prefix: str) -> dict[str, str]:
        """The secrets whose names begin so, by the rest of their names."""
        return {name.removeprefix(prefix): kept for name, kept in self._read().items() if name.startswith(prefix)}

    def put(self, name: str, secret: str) -> None:
        """Keep a secret that came from elsewhere; an empty one is removed."""
        with self._alone():
            known = {each: kept for each, kept in self._read().items() if each != name}
            self._write(known | ({name: secret} if secret else {}))

    def _get(self, names: Iterable[str], make: Callable[[], str]) -> dict[str, str]:
        names = list(names)
        known = self._read()
        if any(name not in known for name in names):
            with self._alone():
                known = self._read()
                known |= {name: make() for name in names if name not in known}
                self._write(known)
        return {name: known[name] for name in names}

    def _read(self) -> dict[str, str]:
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise KeyringError(f"{self._file} cannot be read: {error.strerror}") from error
        try:
            known = yaml.safe_load(text) or {}
        except yaml.YAMLError:
            known = None
        if not isinstance(known, dict) or not all(isinstance(each, str) for each in known.values()):
            raise KeyringError(f"{self._file} is damaged; put back a copy, or remove it to have new secrets made")
        return known

    def _write(self, known: dict[str, str]) -> None:
        write_private(self._file, _HEADER + yaml.safe_dump(known, sort_keys=True))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._file.with_name(f".{self._file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def write_private(file: Path, text: str) -> None:
    """Replaces `file` in one step; only its owner (kept when the file exists) can read it at any moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
        if file.exists() and os.geteuid() == 0:
            os.fchown(out.fileno(), file.stat().st_uid, file.stat().st_gid)
    aside.replace(file)
