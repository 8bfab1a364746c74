"""What a front end and the nodes of Ray show to Prometheus."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

pytest.importorskip("ray")

import web
from qa.cluster.__main__ import main as cut_index
from qa.cluster.manifest import read_cluster, read_cluster_pointer
from qa.cluster.serving.figures import FrontFigures
from qa.errors import ArticleNotFound, ClusterUnavailable
from qa.factory import open_cluster_engine
from qa.settings import Settings
from tests.cli.runs import ROOT
from tests.cluster.asking import QUESTIONS
from tests.cluster.served import cluster_of_nodes, wait_until

pytestmark = pytest.mark.filterwarnings("ignore")
# What each shard has shown after a question: its sizes, and the rounds.
SHOWN = {"articles", "paragraphs", "search", "best_matches", "read"}


def search() -> str:
    return "found"


def answer(limit: float) -> str:
    return "found"


def test_calls_are_counted_by_what_came_of_them() -> None:
    figures = FrontFigures()
    figures.begin(["one", "two"])
    for error, outcome in ((TimeoutError(), "late"), (OSError(), "failed"), (ArticleNotFound("none"), "answered")):

        def fail(limit: float, error: Exception = error) -> None:
            raise error

        with pytest.raises(type(error)):
            figures.counted("one", fail)(1.0)
        assert value(figures, "qa_shard_calls_total", shard="one", outcome=outcome) == 1
    assert figures.counted("one", answer)(1.0) == "found"
    assert value(figures, "qa_shard_calls_total", shard="one", outcome="answered") == 2
    assert value(figures, "qa_shard_calls_total", shard="two", outcome="answered") == 0
    assert value(figures, "qa_shard_hedged_calls_total", shard="one") == 0
    figures.forget(["one"])
    assert value(figures, "qa_shard_calls_total", shard="one", outcome="answered") is None


def test_a_second_call_while_the_first_is_under_way_is_hedged() -> None:
    figures, first_began, second_ended = FrontFigures(), Event(), Event()

    def wait_for_second(limit: float) -> None:
        if not first_began.is_set():
            first_began.set()
            assert second_ended.wait(60)

    call = figures.counted("one", wait_for_second)
    thread = Thread(target=call, args=(1.0,))
    thread.start()
    assert first_began.wait(60)
    call(1.0)
    second_ended.set()
    thread.join()
    assert value(figures, "qa_shard_hedged_calls_total", shard="one") == 1
    assert value(figures, "qa_shard_calls_total", shard="one", outcome="answered") == 2


def test_rounds_are_timed_by_name_and_counted_where_they_are_given_up() -> None:
    figures = FrontFigures()
    with figures.round({0: search, 1: search}):
        pass
    assert value(figures, "qa_round_duration_seconds_count", round="search") == 1
    with pytest.raises(ClusterUnavailable), figures.round({0: search}):
        raise ClusterUnavailable("no copy")
    assert value(figures, "qa_rounds_unavailable_total") == 1
    assert value(figures, "qa_round_duration_seconds_count", round="search") == 1


def value(figures: FrontFigures, name: str, **labels: str) -> float | None:
    found: float | None = figures.registry.get_sample_value(name, labels)
    return found


def test_a_front_end_and_the_nodes_of_ray_show_each_shard(
    engine_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    cut_index([str(engine_settings.index), str(index), "--shards", "2"])
    shards = read_cluster(index, read_cluster_pointer(index)).shards
    monkeypatch.setenv("RAY_metrics_report_interval_ms", "3000")
    with cluster_of_nodes(1) as cluster:
        settings = Settings(index=index, cluster=cluster.address, replicas=1)
        with closing(open_cluster_engine(settings)) as front:
            site = web.create_app(front, replace(settings, data=tmp_path)).test_client()
            assert site.post("/v1/ask", json={"question": QUESTIONS[0].question}).status_code == 200
            own = site.get("/metrics").text
            for shard in shards:
                assert re.search(rf'^qa_shard_calls_total{{outcome="answered",shard="{shard.name}"}} [1-9]', own, re.M)
            assert re.search(r'^qa_round_duration_seconds_count{round="search"} [1-9]', own, re.MULTILINE)
            assert "qa_rounds_unavailable_total 0.0" in own
            assert {name for name in names_in_readme("qa") if name not in own} == set()
            shown: dict[str, dict[str, float]] = {}

            def all_shown() -> bool:
                shown.update({one.name: shown_of(one.name) for one in shards})
                return all(each.keys() >= SHOWN for each in shown.values())

            wait_until(all_shown)
            assert [shown[one.name]["paragraphs"] for one in shards] == [one.paragraphs for one in shards]
            wait_until(lambda: not names_in_readme("ray") - {typed_name(line) for line in shown_by_nodes()})


def typed_name(line: str) -> str:
    """Return the name in a line that tells the type of a figure, else nothing."""
    words = line.split()
    return words[2] if words[:2] == ["#", "TYPE"] else ""


def shown_of(shard: str) -> dict[str, float]:
    """Return what the nodes show of a shard: its sizes, and the number of calls by round."""
    found: dict[str, float] = {}
    for line in shown_by_nodes():
        if line.startswith("ray_qa_shard_") and f'shard="{shard}"' in line and 'replica="' in line:
            name, labels, number = re.fullmatch(r"ray_qa_shard_(\w+){(.*)} (\S+)", line).groups()  # type: ignore[union-attr]
            asked = re.findall(r'round="(\w+)"', labels)
            if not asked or name == "call_duration_seconds_count":
                found[asked[0] if asked else name] = float(number)
    return found


def shown_by_nodes() -> Iterator[str]:
    """Yield the lines that the nodes show to Prometheus."""
    import ray

    for node in ray.nodes():
        address = f"http://{node['NodeManagerAddress']}:{node['MetricsExportPort']}/metrics"
        with urllib.request.urlopen(address, timeout=60) as response:
            yield from response.read().decode().splitlines()


def names_in_readme(prefix: str) -> set[str]:
    """Return the figures that the README tells to watch, without those that errors alone bring."""
    readme = (ROOT / "web" / "deploy" / "cluster" / "README.md").read_text("utf-8").partition("## What to watch")[2]
    return set(re.findall(rf"`({prefix}_\w+?)(?:{{[^`]*)?`", readme)) - {"ray_qa_shard_errors_total"}
