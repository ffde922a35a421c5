"""Recordings on their way into a backup, compared with the ledger; and what is still being recorded."""

from pathlib import Path

from callcenter.backup import contents
from callcenter.backup.catalogue import DATA, RECORDINGS, Sums, copied
from callcenter.config import Config
from callcenter.recordings.naming import MESSAGES, BadInteractionId, interaction_of, wav_name
from callcenter.store import kept_recordings as ledger
from callcenter.store.database import open_database


def copy_spools(config: Config, folder: Path) -> list[str]:
    """Not listed yet: some may be left out."""
    names = []
    for file, name in contents.of_spools(config):
        try:
            copied(file, folder / name)
        except FileNotFoundError:
            continue
        names.append(name)
    return names


def has_come(folder: Path, name: str) -> bool:
    """The finished recording is in the backup: what it was made from goes out of it."""
    raw = folder / name
    try:
        wav = wav_name(interaction_of(raw))
    except BadInteractionId:
        return False
    wav = MESSAGES / wav if name.startswith(f"{DATA}/{contents.SPOOLS[1]}") else wav
    if not any((folder / RECORDINGS / wav.parent).glob(f"{wav.stem}.*")):
        return False
    raw.unlink()
    return True


def copy_recordings(config: Config, sums: Sums) -> tuple[list[tuple[str, str]], int]:
    """Those of the ledger, compared with it; then what else lies there. (what differs, how many are in a bucket)."""
    findings, in_bucket, after = list[tuple[str, str]](), 0, ""
    db = open_database(config.database_url)
    try:
        while some := ledger.all_told(db, after):
            for told in some:
                if told.kept and told.kept.place != "local" and told.kept.deleted_at is None:
                    in_bucket += 1
                elif finding := _copied_as_told(config, sums, told):
                    findings.append((told.call_id, finding))
            after = some[-1].call_id
    finally:
        db.dispose()
    for file, name in contents.of_recordings(config):
        if not (sums.folder / name).exists():
            sums.copy_if_there(file, name)
    return findings, in_bucket


def _copied_as_told(config: Config, sums: Sums, told: ledger.Told) -> str:
    """Empty, missing or altered; what is altered is copied as it is."""
    kept = told.kept
    if kept is not None and kept.deleted_at is not None:
        return ""
    file, sha256 = (kept.file, kept.sha256) if kept else (told.file, told.sha256)
    try:
        found = sums.copy(config.recordings_dir / file, f"{RECORDINGS}/{file}")
    except FileNotFoundError:
        return "missing"
    return "" if found == sha256 else "altered"
