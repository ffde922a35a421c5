"""An installation with a call whose recording is sealed, and a journal that is ahead of its store."""

import os
import wave
from pathlib import Path

from callcenter import archive
from callcenter.calls import events as ev
from callcenter.config import Config, load
from callcenter.preparation import centre
from callcenter.recordings.places import hashed
from callcenter.store import projections
from callcenter.store.database import open_database, writing
from callcenter.store.journal import Journal
from tests.store.ledger_stories import numbered

NOW = 1_767_300_000.0
CALL, RUNNING, CONVERTED = "cc1-1767225600.42", "cc1-1767225700.43", "cc1-1767225600.41"


def installed(folder: Path, store: str = "") -> Config:
    folder.mkdir(parents=True, exist_ok=True)
    url = f"store: {{url: '{store}'}}\n" if store else ""
    (folder / "config.yaml").write_text(f"{url}recordings: {{encrypt: true}}\n")
    config = load(folder / "config.yaml")
    centre.database(config)
    recorded(config, CALL)
    recorded(config, CONVERTED)
    with centre.opened(config) as db:
        one = archive.archivist(config, db)
        while one.work():
            pass
    for name in (f"{RUNNING}-caller.raw", f"{RUNNING}-agent.raw", f"{CONVERTED}.raw"):
        put(config.data_dir / "spool/recording" / name, bytes(3200))
    put(config.data_dir / "music/jazz/blue.wav", b"music")
    put(config.data_dir / "prompt_recordings/greeting/zh-CN/1.wav", b"hello")
    put(config.recordings_dir / f"messages/2026/01/01/{RUNNING}.wav", b"call me")
    return config


def put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def recorded(config: Config, call: str) -> None:
    wav = config.recordings_dir / f"2026/01/01/{call}.wav"
    wav.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(wav), "wb") as sound:
        sound.setparams((2, 2, 8000, 0, "NONE", ""))
        sound.writeframes(os.urandom(64_000))
    stored = ev.RecordingStored(
        at=NOW,
        interaction=call,
        file=f"2026/01/01/{call}.wav",
        duration_s=2.0,
        bytes=wav.stat().st_size,
        sha256=hashed(wav),
    )
    store(config, [arrived(call), ended(call), stored])


def arrived(call: str) -> ev.CallArrived:
    return ev.CallArrived(
        at=NOW - 60, interaction=call, channel="x", caller="1", caller_name="", dialled="4001", language="en"
    )


def ended(call: str) -> ev.CallEnded:
    return ev.CallEnded(at=NOW - 5, interaction=call, by="caller", cause=16, phase="talking", answered=True)


def journalled(config: Config, *happened: ev.AnyEvent) -> Journal:
    """A journal that has what the store has, and this besides; left open, as by an engine that runs."""
    journal = Journal(config.data_dir / "journal", begin_after=stored_seq(config), segment_bytes=400)
    journal.append(happened)
    journal.sync()
    return journal


def store(config: Config, happened: list[ev.AnyEvent]) -> None:
    db = open_database(config.database_url)
    try:
        with writing(db) as connection:
            projections.apply(connection, numbered(happened, after=projections._stored_seq(connection)))
    finally:
        db.dispose()


def stored_seq(config: Config) -> int:
    with centre.opened(config) as db, db.connect() as connection:
        return projections._stored_seq(connection)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
