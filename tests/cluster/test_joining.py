"""A cluster that cannot be joined is refused with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ray")

import ray

from qa.cluster import joining
from qa.errors import BadSetting

pytestmark = pytest.mark.filterwarnings("ignore")
# As Ray says it.
MISMATCH = """Version mismatch: The cluster was started with:
    Ray: 2.59.0
    Python: 3.11.7
This process on node 10.0.0.2 was started with:
    Ray: 2.60.0
    Python: 3.11.7
"""


def test_another_version_of_ray_is_refused_with_both(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**options: Any) -> None:
        raise RuntimeError(MISMATCH)

    monkeypatch.setattr(joining, "_ask_head", lambda address: None)
    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(BadSetting) as caught:
        joining.join_cluster("10.0.0.1:6379")
    assert str(caught.value) == (
        f"'10.0.0.1:6379' is no cluster of Ray {ray.__version__} that can be joined: "
        "Version mismatch: The cluster was started with: Ray: 2.59.0 Python: 3.11.7 "
        "This process on node 10.0.0.2 was started with: Ray: 2.60.0 Python: 3.11.7. "
        "Install the same versions of Ray and Python on all machines, then start their nodes again."
    )
    assert caught.value.exit_code == 2


def test_nothing_compares_times_of_two_machines() -> None:
    """Clocks may differ: the packages of the cluster measure durations alone, each on one machine."""
    folder = Path(joining.__file__).parent
    clocks = ("time.time(", "datetime.", "st_mtime", "st_ctime", "getmtime")
    sources = {path.name: path.read_text("utf-8") for path in folder.rglob("*.py")}
    assert [name for name, source in sources.items() if any(clock in source for clock in clocks)] == []
