"""`callcenter report` says what is wrong before it works."""

import argparse
from pathlib import Path

import pytest

from callcenter.cli import report
from callcenter.cli.errors import CommandError


def test_a_file_in_no_folder_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    report.add_arguments(parser)
    args = parser.parse_args(["queues", "--from", "2026-11-26", "--out", str(tmp_path / "gone" / "november.xlsx")])
    with pytest.raises(CommandError, match="no folder"):
        report.run(args)
