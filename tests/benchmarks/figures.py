"""What every measurement needs: children with their cost, figures of a run of calls, memory, Markdown tables."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value")

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Child:
    """What a finished child process took, with all that it started: seconds by the wall clock and of processor time
    (user and system), its peak of resident memory in MB; and what it printed."""

    wall: float
    processor: float
    peak_mb: float
    output: str

    @property
    def figures(self) -> Any:
        """The last line that it printed, as JSON."""
        return json.loads(self.output.strip().rpartition("\n")[2])


def run(command: Sequence[object], settings: Mapping[str, object] | None = None) -> Child:
    """Run a command to its end; raises RuntimeError when it fails.

    Exit code 1 is no failure: it means that the articles do not answer.
    """
    words = [str(word) for word in command]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        child = subprocess.Popen(words, stdout=output, stderr=errors, cwd=ROOT, env=environment(settings or {}))
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        printed, complaint = (_content(file) for file in (output, errors))
    if child.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(words[:6])} ended with {child.returncode}: {complaint[-2000:]}")
    return Child(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed)


def environment(settings: Mapping[str, object]) -> dict[str, str]:
    """Return the environment of a child: this one without QA_* variables, offline, with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    # One thread for NumPy, as qa has it itself where it is loaded before NumPy.
    ours = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    fixed = {**ours, "HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
    return {**kept, **fixed, **{name: str(value) for name, value in settings.items()}}


def _content(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace"))


def milliseconds(call: Callable[[Value], object], values: Iterable[Value]) -> list[float]:
    """Return how long each call took."""
    taken = []
    for value in values:
        started = time.perf_counter()
        call(value)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of all values does not exceed.

    >>> quantile([4, 1, 3, 2], 0.5), quantile([4, 1, 3, 2], 0.99)
    (2, 4)
    """
    ranked = sorted(values)
    return ranked[max(0, -(-int(share * 1000) * len(ranked) // 1000) - 1)]


def processor_seconds() -> float:
    """Return the processor time of this process so far, all threads together."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def memory_mb(field: str = "VmRSS", process: int | str = "self") -> float:
    """Return how much of a process is resident now (VmRSS), was at most (VmHWM), or is its own now (RssAnon)."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"/proc/{process}/status has no {field}")


def disk_mb(folder: Path) -> float:
    """Return the size of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def load() -> str:
    """Return how busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table.

    >>> print(table(["what", "ms"], [["dense", 1.25], ["all", 1234.0]]))
    | what | ms |
    |---|---|
    | dense | 1.25 |
    | all | 1,234 |
    """
    lines = ["| " + " | ".join(_cell(cell) for cell in line) + " |" for line in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def tell(figures: object) -> None:
    """Print figures as the one line that ``Child.figures`` reads."""
    say(json.dumps(figures))
