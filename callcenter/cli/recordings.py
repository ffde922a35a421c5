"""`callcenter recordings`: what is there, is it whole, what is nobody's, what the rules delete; a new key."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    from callcenter.recordings.archivist import Archivist

_ACTS = ("status", "verify", "adopt", "purge", "rotate-key")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=_ACTS,
        help=said(
            "status 概况；verify 逐个核对哈希；adopt 列出台账之外的文件；purge 按保留规则删除；rotate-key 换新密钥",
            "status: figures; verify: compare every file with the ledger; adopt: files the ledger does not know; "
            "purge: delete by the retention rules; rotate-key: encrypt under a new key",
        ),
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=said("只列出，不改动", "say what would be done, and do nothing")
    )


def run(args: argparse.Namespace) -> int:
    from callcenter.archive import archivist
    from callcenter.preparation.centre import opened

    config = config_of(args)
    with opened(config) as db:
        if args.act == "rotate-key":
            return _rotate(config, db, args.dry_run)
        one = archivist(config, db)
        if args.act == "status":
            return _status(db)
        if args.act == "verify":
            return _verify(one)
        if args.act == "adopt":
            return _adopt(one)
        return _purge(one, db, args.dry_run)


def _status(db: object) -> int:
    import msgspec

    from callcenter.store.kept_recordings import figures

    for name, value in msgspec.structs.asdict(figures(db, time.time())).items():  # type: ignore[arg-type]
        print(f"{name:14} {value:.0f}")
    return 0


def _verify(one: Archivist) -> int:
    counts = one.verify(lambda call, finding: print(f"{call}\t{finding}", file=sys.stderr))
    say(
        f"完好 {counts['whole']}，缺失 {counts['missing']}，被改动 {counts['altered']}。",
        f"{counts['whole']} whole, {counts['missing']} missing, {counts['altered']} altered.",
    )
    return 1 if counts["missing"] or counts["altered"] else 0


def _adopt(one: Archivist) -> int:
    """What the telephone left is adopted by the engine by itself; here is what no call's ledger knows."""
    found = one.strangers()
    for name in found:
        print(name)
    say(f"台账之外的文件 {len(found)} 个。", f"{len(found)} files that the ledger does not know.")
    return 0


def _purge(one: Archivist, db: object, dry: bool) -> int:
    from callcenter.archive import policy_in_force

    policy, now = policy_in_force(db), time.time()  # type: ignore[arg-type]
    doomed = one.doomed(policy, now)
    if dry:
        for each in doomed:
            print(f"{each.call_id}\t{each.rule}\t{each.bytes}\t{each.file}")
        say(f"将删除 {len(doomed)} 个录音。", f"{len(doomed)} recordings would be deleted.")
        return 0
    gone = one.purge(policy, now)
    say(f"已删除 {gone} 个录音。", f"{gone} recordings were deleted.")
    return 0


def _rotate(config: object, db: object, dry: bool) -> int:
    from callcenter import archive
    from callcenter.store.audit import note

    if dry:
        say("将生成新密钥，并逐个改用新密钥。", "A new key would be made, and every encrypted file put under it.")
        return 0
    key_id = archive.new_key(config)  # type: ignore[arg-type]
    count = archive.archivist(config, db).rotate()  # type: ignore[arg-type]
    note(db, time.time(), "", "recording_rotate", key_id, {"key": key_id, "files": str(count)})  # type: ignore[arg-type]
    say(
        f"新密钥 {key_id}，已改用的录音 {count} 个。请重启网页进程，使其读取新密钥。",
        f"New key {key_id}; {count} recordings were put under it. Restart the edge: it reads the keys as it starts.",
    )
    return 0
