"""`callcenter recordings`: what is there, is it whole, what is nobody's, what the rules delete; a new key."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    import sqlalchemy as sa

    from callcenter.config import Config
    from callcenter.recordings.archivist import Archivist

_ACTS = ("status", "verify", "adopt", "purge", "rotate-key")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=_ACTS,
        help=said(
            "status 概况；verify 逐个核对哈希；adopt 归入台账之外的文件；purge 按保留规则删除；rotate-key 换新密钥",
            "status: figures; verify: compare every file with the ledger; "
            "adopt: take files into the ledger that it does not know; "
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
            return _adopt(config, one, args.dry_run)
        return _purge(config, one, db, args.dry_run)


def _status(db: sa.Engine) -> int:
    import msgspec

    from callcenter.store.kept_recordings import figures

    for name, value in msgspec.structs.asdict(figures(db, time.time())).items():
        print(f"{name:14} {value:.0f}")
    return 0


def _verify(one: Archivist) -> int:
    counts = one.checking.verify(lambda call, finding: print(f"{call}\t{finding}", file=sys.stderr))
    say(
        f"完好 {counts['whole']}，缺失 {counts['missing']}，被改动 {counts['altered']}。",
        f"{counts['whole']} whole, {counts['missing']} missing, {counts['altered']} altered.",
    )
    return 1 if counts["missing"] or counts["altered"] else 0


def _adopt(config: Config, one: Archivist, dry: bool) -> int:
    """What the telephone left is adopted by the engine by itself; here is what no call's ledger knows."""
    from callcenter.recordings.adoption import ADOPTED
    from callcenter.service.engine_door import EngineAway, submit

    found = one.adoption.orphans()
    for orphan in found:
        print(f"{orphan.whose}\t{orphan.call}\t{orphan.duration_s:.1f}\t{orphan.bytes}\t{orphan.file}")
    wanted = [orphan for orphan in found if orphan.whose in ADOPTED]
    say(
        f"台账之外的文件 {len(found)} 个，可归入 {len(wanted)} 个。",
        f"{len(found)} files that the ledger does not know; {len(wanted)} can be adopted.",
    )
    if dry:
        return 0
    try:
        for orphan in wanted:
            submit(config.engine_socket, one.adoption.adopted(orphan), "command line")
    except EngineAway:
        raise CommandError(
            said(
                "系统没有运行：先启动再归入",
                "it does not run: start it, then adopt; the ledger is written by the engine",
            )
        ) from None
    say(f"已归入 {len(wanted)} 个录音。", f"{len(wanted)} recordings were adopted.")
    return 0


def _purge(config: Config, one: Archivist, db: sa.Engine, dry: bool) -> int:
    from callcenter.archive import alone, policy_in_force
    from callcenter.recordings import message_retention
    from callcenter.recordings.retention import doomed

    policy, now = policy_in_force(db), time.time()
    found, messages = doomed(db, policy, now), message_retention.doomed(db, policy, now)
    if dry:
        lines = [(each.call_id, each.rule, each.bytes, each.file) for each in found]
        for line in lines + [(each.call_id, each.rule, each.bytes, each.file) for each in messages]:
            print("\t".join(map(str, line)))
        say(
            f"将删除 {len(found)} 个录音、{len(messages)} 条留言。",
            f"{len(found)} recordings and {len(messages)} messages would be deleted.",
        )
        return 0
    with alone(config):
        gone = one.purge(policy, now)
        left = message_retention.purge(db, config.recordings_dir, policy, now)
    say(f"已删除 {gone} 个录音、{left} 条留言。", f"{gone} recordings and {left} messages were deleted.")
    return 0


def _rotate(config: Config, db: sa.Engine, dry: bool) -> int:
    from callcenter import archive
    from callcenter.store.audit import note

    if dry:
        say("将生成新密钥，并逐个改用新密钥。", "A new key would be made, and every encrypted file put under it.")
        return 0
    key_id = _key_to_rotate_to(config, db)
    one, count = archive.archivist(config, db), 0
    while True:
        with archive.alone(config):
            done = one.rotate()
        count += done
        if not done:
            break
    note(db, time.time(), "", "recording_rotate", key_id, {"key": key_id, "files": str(count)})
    say(
        f"现行密钥 {key_id}，已改用的录音 {count} 个。",
        f"The current key is {key_id}; {count} recordings were put under it.",
    )
    for call, why in one.failing.items():
        print(f"{call}\t{why}", file=sys.stderr)
    return 1 if one.failing else 0


def _key_to_rotate_to(config: Config, db: sa.Engine) -> str:
    """A new one; the current one while files of an earlier, interrupted rotation are still under others."""
    from callcenter import archive
    from callcenter.store.kept_recordings import to_reseal

    known = archive.keys(config)
    if known and to_reseal(db, known.current, limit=1):
        say(
            f"先完成上次中断的换钥（{known.current}）。", f"An earlier rotation to {known.current} is finished first."
        )
        return known.current
    return archive.new_key(config)
