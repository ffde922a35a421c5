"""`callcenter export`: the centre document in force, as the file that `apply` reads."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE.yaml", help=said("默认输出到屏幕", "default: to the terminal")
    )


def run(args: argparse.Namespace) -> int:
    from callcenter.preparation.centre import opened
    from callcenter.preparation.centre_file import written
    from callcenter.store.documents import current_centre

    with opened(config_of(args)) as db:
        current = current_centre(db)
    if current is None:
        raise CommandError(
            said("还没有呼叫中心文件，用 apply 导入", "There is no centre yet; bring one in with apply.")
        )
    text = written(current.document, current.version)
    if args.file is None:
        sys.stdout.write(text)
        return 0
    args.file.write_text(text, encoding="utf-8")
    say(f"版本 {current.version} 已写入 {args.file}", f"Version {current.version} written to {args.file}")
    return 0
