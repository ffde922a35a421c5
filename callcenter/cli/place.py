"""The configuration a command works with."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callcenter.config import Config


def config_of(args: argparse.Namespace) -> Config:
    """Raises FormError when the file is missing or wrong."""
    from callcenter.config import config_file, load

    return load(config_file(args.config), args.data_dir)
