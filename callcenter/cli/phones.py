"""`callcenter phones`: what to enter into a desk phone."""

from __future__ import annotations

import argparse
import socket
from typing import TYPE_CHECKING

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

if TYPE_CHECKING:
    from callcenter.config import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "agents", nargs="*", metavar="AGENT", help=said("坐席工号；不填则只列出", "default: list the agents")
    )


def run(args: argparse.Namespace) -> int:
    """Passwords are shown only for agents that are named."""
    from callcenter.preparation.centre import current

    config = config_of(args)
    agents = {agent.id: agent.name for agent in current(config).agents}
    if unknown := [each for each in args.agents if each not in agents]:
        known = ", ".join(agents) or said("无", "none")
        raise CommandError(
            said(f"没有坐席 {unknown[0]}；已有：{known}", f"There is no agent {unknown[0]!r}; known: {known}")
        )
    _warn_of_loopback(config)
    for agent in args.agents:
        _show(config, agent, agents[agent])
    if not args.agents:
        for agent, name in agents.items():
            print(f"{agent}  {name}")
        say(
            "\n查看话机设置：callcenter phones 工号",
            "\nTo see what to enter into a telephone: callcenter phones AGENT",
        )
    return 0


def _show(config: Config, agent: str, name: str) -> None:
    from callcenter.calls.centre import endpoint

    account = endpoint(agent, "desk")
    rows = (
        (said("坐席", "agent"), f"{agent} {name}"),
        (said("服务器", "server (registrar)"), _server(config)),
        (said("端口", "port"), f"{config.asterisk.sip_port} (UDP, TCP)"),
        (said("用户名", "user name, authentication name"), account),
        (said("密码", "password"), config.keyring.sip_password(account)),
        (said("编码", "codecs"), "PCMA, PCMU, G.722"),
    )
    print("\n".join(f"{key}: {value}" for key, value in rows), end="\n\n")


def _server(config: Config) -> str:
    host = config.asterisk.sip_host
    return config.asterisk.external_address or (socket.getfqdn() if host in ("0.0.0.0", "::") else host)  # noqa: S104


def _warn_of_loopback(config: Config) -> None:
    from callcenter.web.settings import is_loopback

    if is_loopback(config.asterisk.sip_host):
        host = config.asterisk.sip_host
        say(
            f"注意：asterisk.sip_host 为 {host}，其他设备无法接入；在 {config.file} 中改为 0.0.0.0 后重启。\n",
            f"Note: asterisk.sip_host is {host}: telephones elsewhere cannot reach it.\n"
            f"Set it to 0.0.0.0 in {config.file} and start again.\n",
        )
