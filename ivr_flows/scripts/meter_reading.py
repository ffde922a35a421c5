#!/usr/bin/env python3
"""Takes a meter reading: the caller types it, hears it again and confirms it with 1. Ordinary AGI, by pyst2.

Argument 1 is the last reading known, if any; a lower one is not accepted. Leaves READING behind, and ends with
status 1 when no reading came of three tries.
"""

import sys

from asterisk.agi import AGI, AGIHangup

TRIES = 3
DIGITS = 6
TIMEOUT_MS = 8000


def main() -> int:
    agi = AGI()
    last = agi.env.get("agi_arg_1", "")
    for _ in range(TRIES):
        typed = agi.get_data("vm-enter-num-to-call", TIMEOUT_MS, DIGITS)
        if typed.isdigit() and int(typed) >= int(last or 0) and is_right(agi, typed):
            agi.set_variable("READING", typed)
            agi.stream_file("auth-thankyou")
            return 0
    return 1


def is_right(agi: AGI, typed: str) -> bool:
    agi.say_digits(typed)
    return (agi.stream_file("vm-review", "123") or agi.wait_for_digit(TIMEOUT_MS)) == "1"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AGIHangup:
        sys.exit(0)
