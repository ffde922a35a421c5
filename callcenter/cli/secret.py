"""`callcenter secret`: secrets of services and of Twilio, kept in the secrets file and shown nowhere."""

from __future__ import annotations

import argparse
import getpass
import sys

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say
from callcenter.twilio.settings import AUTH_TOKEN, SIP_PASSWORD

LONGEST = 4000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        metavar="NAME",
        help=said(
            f"config.yaml 中 services.secrets 的名称，{AUTH_TOKEN} 或 {SIP_PASSWORD}",
            f"as in config.yaml, {AUTH_TOKEN} or {SIP_PASSWORD}",
        ),
    )
    parser.add_argument("--remove", action="store_true", help=said("删除", "take it away"))


def run(args: argparse.Namespace) -> int:
    """The secret comes from the terminal, or from standard input; a command line could be seen by others."""
    config = config_of(args)
    known = [AUTH_TOKEN, SIP_PASSWORD, *(secret.name for secret in config.services.secrets)]
    if args.name not in known:
        listed = ", ".join(known) or said("无", "none")
        raise CommandError(
            said(
                f"{config.file} 的 services.secrets 中没有 {args.name}；已有：{listed}",
                f"There is no {args.name!r} under services.secrets in {config.file}; known: {listed}",
            )
        )
    config.keyring.put(
        args.name if args.name == AUTH_TOKEN else f"service.{args.name}", "" if args.remove else _secret()
    )
    say("已保存，立即生效。", "Done; in force at once.")
    return 0


def _secret() -> str:
    typed = getpass.getpass(said("密钥：", "Secret: ")) if sys.stdin.isatty() else sys.stdin.readline()
    secret = typed.strip()
    if not secret or len(secret) > LONGEST or not secret.isprintable():
        raise CommandError(
            said(f"密钥应为 1 至 {LONGEST} 个可见字符", f"A secret has 1 to {LONGEST} printable characters")
        )
    return secret
