"""`callcenter apply`: a centre file becomes the version in force."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    from callcenter.calls.centre import Centre
    from callcenter.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.yaml")
    parser.add_argument("--check", action="store_true", help=said("只检查", "check it only"))


def run(args: argparse.Namespace) -> int:
    """A running system takes it over at once; calls in progress go on."""
    from callcenter.asterisk import music
    from callcenter.calls.requests import StaleVersion
    from callcenter.preparation import centre_file
    from callcenter.preparation.centre import opened

    config = config_of(args)
    with opened(config) as db:
        known_music = centre_file.MUSIC | music.classes(config.asterisk_settings())
        centre, base_version = centre_file.read_centre(args.file, db, known_music)
        if args.check:
            say(f"{args.file}：没有问题", f"{args.file}: nothing is wrong")
            return 0
        try:
            applied = centre_file.apply(
                db, centre, base_version, "command line", lambda version, each: _put_in_force(config, version, each)
            )
        except StaleVersion as error:
            raise CommandError(f"{args.file}: {error.message}") from error
    say(f"版本 {applied.version} 已生效", f"Version {applied.version} is in force.")
    for name in applied.without_account:
        say(
            f"{name} 还没有登录账号：callcenter account add {name}",
            f"{name} has no account yet: callcenter account add {name}",
        )
    return 0


def _put_in_force(config: Config, version: int, centre: Centre) -> None:
    """What callers will hear is spoken before any of them can hear it."""
    from callcenter.calls.requests import ApplyCentre
    from callcenter.preparation.prompts import render
    from callcenter.service.engine_door import EngineAway, submit

    render(config, lambda line: print(f"  {line}"))
    try:
        submit(config.engine_socket, ApplyCentre(version=version, centre=centre), "command line")
    except EngineAway:
        say("系统没有运行：下次启动时生效", "It does not run: in force from the next start on.")
