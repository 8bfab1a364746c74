"""What the sweeps came to, told at the end of the run."""

from __future__ import annotations

import pytest

from tests.reliability.sweeping import SWEEP, TALLY


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SWEEP:
        for line, count in sorted(TALLY.items()):
            terminalreporter.write_line(f"{line}: {count}")
