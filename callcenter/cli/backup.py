"""`callcenter backup FOLDER`: everything that cannot be made again, copied while it runs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        type=Path,
        metavar=said("目录", "FOLDER"),
        help=said("新目录，或空目录", "a new folder, or an empty one"),
    )
    parser.add_argument(
        "--without-recordings",
        action="store_true",
        help=said("不含录音文件（另行备份时）", "leave the recordings out, when they are copied in another way"),
    )


def run(args: argparse.Namespace) -> int:
    """1: it is made, and some recordings are not as the ledger says."""
    from callcenter.backup.catalogue import BackupRefused
    from callcenter.backup.making import make

    config = config_of(args)
    os.nice(10)  # calls go before
    try:
        made = make(config, args.folder, say, recordings=not args.without_recordings)
    except BackupRefused as refused:
        raise CommandError(said(refused.zh, refused.en)) from None
    except OSError as error:
        raise CommandError(
            said(f"备份失败，{args.folder} 不可用：{error}", f"The backup failed, {args.folder} is none: {error}")
        ) from None
    for call, finding in made.findings:
        print(f"{call}\t{finding}", file=sys.stderr)
    if made.head.in_bucket:
        say(
            f"另有 {made.head.in_bucket} 个录音在存储桶中，不在备份内。",
            f"{made.head.in_bucket} more recordings lie in the bucket and are not in it.",
        )
    say(
        f"已备份 {made.head.files} 个文件，{made.head.bytes / 1e6:.1f} MB，位于 {args.folder}。"
        "其中含密钥，请妥善保管。",
        f"{made.head.files} files, {made.head.bytes / 1e6:.1f} MB, are in {args.folder}. "
        "Keys are among them: keep it where nobody else reads it.",
    )
    if made.findings:
        say(
            f"有 {len(made.findings)} 个录音与台账不符。",
            f"{len(made.findings)} recordings are not as the ledger says.",
        )
    return 1 if made.findings else 0
