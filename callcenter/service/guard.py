"""`guard.py PARENT NICE PROGRAM ARGUMENTS…` becomes PROGRAM, which gets SIGTERM when who started it ends.

Without it a killed supervisor would leave a telephone system behind that nobody watches. PARENT is the id
of the process that must still be there; 0 for any. NICE is its niceness, below 0 before others; where the system
does not allow that the program runs like any other. Runs as a plain file, so it imports nothing of ours.
"""

import contextlib
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h; kept through exec


def main() -> None:
    parent, nice, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    # The parent may have ended before the line above.
    if os.getppid() != parent if parent else os.getppid() == 1:
        sys.exit(1)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, nice)
    os.execvp(program[0], program)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
