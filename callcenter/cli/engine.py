"""`callcenter engine`: one process of the running system, in the foreground."""

from __future__ import annotations

import argparse

from callcenter.cli.place import config_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    """Ends on SIGTERM or SIGINT, with exit code 0."""
    import asyncio

    from callcenter.app import run_engine

    asyncio.run(run_engine(config_of(args)))
    return 0
