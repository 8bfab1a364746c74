"""The terminal interface: the command ``qa``."""

from __future__ import annotations

import os
import sys

from qa.cli.command_line import qa
from qa.cli.exit_codes import exit_code, open_streams


def main() -> None:
    """Run the command line; every error that a person can cause is one line on standard error and an exit code."""
    # Read when NumPy is loaded, which no module has done yet. Each question has a thread of its own and its matrices
    # are small: threads inside a product would only wait for each other, on busy cores 100 times as long as it takes.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    open_streams()
    sys.exit(exit_code(lambda: qa(prog_name="qa", standalone_mode=False)))
