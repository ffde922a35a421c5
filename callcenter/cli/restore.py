"""`callcenter restore FOLDER`: a backup put where nothing is."""

from __future__ import annotations

import argparse
from pathlib import Path

from callcenter.cli.errors import CommandError
from callcenter.cli.speech import said, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        type=Path,
        metavar=said("目录", "FOLDER"),
        help=said("callcenter backup 写成的目录", "as callcenter backup wrote it"),
    )


def run(args: argparse.Namespace) -> int:
    import datetime

    from callcenter.backup.catalogue import BackupRefused
    from callcenter.backup.restoring import restore
    from callcenter.config import config_file

    try:
        config, head = restore(args.folder, config_file(args.config), args.data_dir, say)
    except BackupRefused as refused:
        raise CommandError(said(refused.zh, refused.en)) from None
    except OSError as error:
        raise CommandError(
            said(
                f"恢复中断：{error}。排除原因后再执行一次即可继续",
                f"The restore was cut off: {error}. Mend it and run this once more: it goes on",
            )
        ) from None
    made = datetime.datetime.fromtimestamp(head.made_at).astimezone().isoformat(" ", "minutes")
    say(f"已恢复 {made} 的备份到 {config.data_dir}。", f"The backup of {made} is back in {config.data_dir}.")
    if not head.recordings:
        say(
            f"备份不含录音：请自行放回 {config.recordings_dir}。",
            f"It has no recordings: put them back into {config.recordings_dir} yourself.",
        )
    say(
        "核对录音：callcenter recordings verify；启动：callcenter run",
        "Compare the recordings: callcenter recordings verify. Start: callcenter run",
    )
    return 0
