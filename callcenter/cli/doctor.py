"""`callcenter doctor`: is this machine fit, and what to do where it is not."""

from __future__ import annotations

import argparse

from callcenter.cli.place import config_of
from callcenter.cli.speech import said, say

_MARKS = {"good": ("正常", "ok"), "doubtful": ("注意", "note"), "bad": ("故障", "BAD")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quiet", action="store_true", help=said("只显示有问题的项", "only what is not good"))


def run(args: argparse.Namespace) -> int:
    """1 when something is bad; doubtful findings do not count."""
    from callcenter.cli.table import padded
    from callcenter.doctor.checkup import checkup

    findings = []
    for each in checkup(config_of(args)):
        findings.append(each)
        if args.quiet and each.level == "good":
            continue
        print(f"{padded(said(*_MARKS[each.level]), 6)}{said(each.what.zh, each.what.en)}", flush=True)
        if each.mend:
            print(f"{'':6}-> {said(each.mend.zh, each.mend.en)}", flush=True)
    bad = sum(each.level == "bad" for each in findings)
    say(f"\n共 {len(findings)} 项，{bad} 项故障", f"\n{len(findings)} checked, {bad} bad")
    return 1 if bad else 0
