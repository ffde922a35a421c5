"""`guard.py PARENT PROGRAM ARGUMENTS…` becomes PROGRAM, which gets SIGTERM when the process that started it ends.

Without it a killed supervisor would leave a telephone system behind that nobody watches. PARENT is the id
of the process that must still be there; 0 for any. Runs as a plain file, so it imports nothing of ours.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h; kept through exec


def main() -> None:
    parent, program = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    # The parent may have ended before the line above.
    if os.getppid() != parent if parent else os.getppid() == 1:
        sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
