"""`callcenter demo`: the demo's customer system, one process of the running system, in the foreground."""

from __future__ import annotations

import argparse

from callcenter.cli.errors import CommandError
from callcenter.cli.place import config_of
from callcenter.cli.speech import said


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    """Ends on SIGTERM or SIGINT, with exit code 0."""
    import asyncio

    from callcenter.demo.service import run_demo_service

    config = config_of(args)
    if not config.demo:
        raise CommandError(
            said(f"演示服务需要 {config.file} 中 demo: true", f"This needs demo: true in {config.file}")
        )
    asyncio.run(run_demo_service(config.demo_service_port))
    return 0
