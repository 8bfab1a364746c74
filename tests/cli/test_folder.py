"""What the commands say and do about the folder of the index; ``qa articles``, ``qa info`` and ``qa search``."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.build.report import BuildReport
from qa.records import SearchResult
from qa.requests import SearchRequest
from qa.settings import Settings
from tests.building import build
from tests.cli.runs import PATIENCE, Ran, run_here
from tests.cli.test_index import REPORT
from tests.fakes import FakeEncoder
from tests.web.fakes import FakeEngine

HOTLINE = "A hotline for soldiers\n\nPublished 14 August 2023\n\nThe hotline is called Go by the Forest.\n"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "harvest.txt").write_text("A poor harvest\n\nThe harvest fell by 12 percent in 2022.\n")
    (folder / "hotline.txt").write_text(HOTLINE)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


@pytest.fixture
def index(articles: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    build(articles, folder, FakeEncoder())
    return folder


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, bool]]:
    """The builds that were asked for: the folder, and whether the index may follow another one; none is made."""
    builds: list[tuple[Path, bool]] = []

    def build_index(settings: Settings, *, replace: bool, **_: object) -> BuildReport:
        builds.append((settings.articles, replace))
        return REPORT

    monkeypatch.setattr("qa.factory.build_index", build_index)
    return builds


@pytest.fixture
def serve(index: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run ``qa serve`` over the index without a model and without a port; it ends at once."""
    monkeypatch.setattr("qa.factory.engines.open_engine", lambda *_, **__: FakeEngine())
    monkeypatch.setattr("web.serving.server.serve", lambda *_, **__: None)
    return lambda *words: run_here("serve", "--index", str(index), *words)


def test_articles_are_listed_with_state_date_title_and_reason(articles: Path, index: Path) -> None:
    (articles / "new.txt").write_text("New\n\nA new article.\n")
    ran = run_here("articles", "--index", str(index))
    assert (ran.code, ran.err) == (0, f"{articles}: 2 indexed, 1 new, 1 not read\n")
    assert ran.out.split("\n") == [
        "harvest.txt  indexed               A poor harvest",
        "hotline.txt  indexed   2023-08-14  A hotline for soldiers",
        "new.txt      new",
        "picture.png  not read              no article format: .png",
        "",
    ]


def test_articles_as_json_are_one_array(index: Path) -> None:
    ran = run_here("articles", "--json", "--index", str(index))
    assert json.loads(ran.out)[2] == {
        "source": "picture.png",
        "state": "not read",
        "id": None,
        "title": None,
        "date": None,
        "authors": [],
        "note": None,
        "reason": "no article format: .png",
    }


def test_info_says_what_the_index_is_of(articles: Path, index: Path) -> None:
    (articles / "harvest.txt").unlink()
    shown = json.loads(run_here("info", "--json", "--index", str(index)).out)
    assert {name: shown[name] for name in ("index", "folder", "up_to_date", "articles", "undated_articles")} == {
        "index": str(index),
        "folder": str(articles),
        "up_to_date": False,
        "articles": 2,
        "undated_articles": 1,
    }
    assert shown["unread_files"] == 1
    lines = run_here("info", "--index", str(index)).out.split("\n")
    assert f"folder          {articles}" in lines
    assert f"                The index is not up to date with {articles}: 0 files new, 0 changed, 1 removed." in lines


@pytest.mark.parametrize("command", ["ask", "search"])
def test_questions_are_answered_and_changed_files_said(
    command: str, articles: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.factory.open_engine", lambda *_, **__: FakeEngine())
    words = (command, "--json", "How many criminal cases against deserters?", "--index", str(index))
    before = run_here(*words)
    assert (before.code, before.err) == (0, "")
    (articles / "harvest.txt").write_text("A rich harvest\n\nThe harvest rose.\n")
    after = run_here(*words)
    assert (after.code, json.loads(after.out)["passages"]) == (0, json.loads(before.out)["passages"])
    assert after.err == (
        f"qa: The index is not up to date with {articles}: 0 files new, 1 changed, 0 removed. "
        "Bring it up to date with: qa index\n"
    )


def test_a_search_prints_passages_with_their_places(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.factory.open_engine", lambda *_, **__: FakeEngine())
    ran = run_here("search", "--index", str(index), "criminal", "cases", "against", "deserters")
    assert ran.code == 0
    assert ran.out.split("\n")[:3] == [
        "1. Soldiers refuse to fight",
        "   In the first half of 2023 prosecutors opened 2,076 criminal cases against deserters.",
        "   deserters.txt:5",
    ]
    assert "without a date" not in ran.out
    assert run_here("search", "--index", str(index), " ").err == (
        "qa: The question is empty. Ask something in words.\n"
    )


@pytest.mark.parametrize(("kept", "before"), [(1, "   deserters.txt:5\n\n"), (0, "No passage was found.\n\n")])
def test_a_search_says_how_many_articles_without_a_date_it_left_out(
    kept: int, before: str, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FakeDatedEngine(FakeEngine):
        def search(self, request: SearchRequest) -> SearchResult:
            found = super().search(request)
            return replace(found, passages=found.passages[:kept], undated=2)

    monkeypatch.setattr("qa.factory.open_engine", lambda _: FakeDatedEngine())
    ran = run_here("search", "--index", str(index), "--since", "2023-01-01", "deserters")
    assert ran.code == (0 if kept else 1)
    assert ran.out.endswith(f"{before}2 articles without a date were left out.\n")


def test_an_index_of_another_folder_is_not_served(
    serve: Callable[..., Ran], articles: Path, index: Path, built: list[Any], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    ran = serve(str(other))
    assert (ran.code, built) == (2, [])
    assert ran.err == (
        f"qa: The index in {index} was built from {articles}, not from {other}. Keep it and name another with "
        f"QA_INDEX, or let it follow the new folder with: qa index {other} --replace\n"
    )
    assert serve("--replace", str(other)).code == 0
    assert built == [(other, True)]


def test_a_named_folder_that_is_missing_is_refused(serve: Callable[..., Ran], articles: Path, index: Path) -> None:
    articles.rename(articles.with_name("elsewhere"))
    ran = serve(str(articles))
    assert ran.code == 2
    assert ran.err.startswith(f"qa: No folder of articles at {articles}. ")


def test_a_missing_folder_that_nobody_names_is_said(
    serve: Callable[..., Ran], articles: Path, built: list[Any]
) -> None:
    articles.rename(articles.with_name("elsewhere"))
    ran = serve()
    assert (ran.code, built) == (0, [])
    assert ran.err == f"qa: The folder of the articles, {articles}, is not there. The index is served as it is.\n"


def test_an_index_is_brought_up_to_date_at_the_start_where_files_changed(
    serve: Callable[..., Ran], articles: Path, built: list[Any]
) -> None:
    assert (serve().err, built) == ("", [])
    (articles / "new.txt").write_text("New\n\nA new article.\n")
    assert serve().code == 0
    assert built == [(articles, False)]


def test_without_the_update_the_difference_is_said(serve: Callable[..., Ran], articles: Path, built: list[Any]) -> None:
    (articles / "new.txt").write_text("New\n\nA new article.\n")
    ran = serve("--no-update")
    assert (ran.code, built) == (0, [])
    assert ran.err == (
        f"qa: The index is not up to date with {articles}: 1 file new, 0 changed, 0 removed. "
        "The index is served as it is.\n"
    )


def test_a_watched_folder_is_indexed_while_serving(
    serve: Callable[..., Ran], articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("watchfiles")
    seen: list[set[str]] = []
    changed = threading.Event()

    def build_index(settings: Settings, **_: object) -> BuildReport:
        seen.append({path.name for path in settings.articles.iterdir()})
        if "late.txt" in seen[-1]:
            changed.set()
        return replace(REPORT, written=False)

    def answer_until_changed(*_: object, **__: object) -> None:
        deadline = time.monotonic() + PATIENCE
        while not changed.is_set() and time.monotonic() < deadline:
            (articles / "late.txt").write_text(f"Late\n\nWritten at {time.monotonic()}.\n")
            changed.wait(1)

    monkeypatch.setattr("qa.factory.build_index", build_index)
    monkeypatch.setattr("web.serving.server.serve", answer_until_changed)
    ran = serve("--watch")
    assert (ran.code, ran.err) == (0, f"qa: Watching {articles}\n")
    assert changed.is_set()


@pytest.mark.parametrize("words", [["index"], ["serve"]], ids=str)
def test_a_folder_without_articles_is_refused_before_anything_is_made(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run_here(*words, str(tmp_path / "empty"), "--index", str(tmp_path / "none"))
    assert ran.code == 2
    assert ran.err.startswith(f"qa: No article in {tmp_path / 'empty'}. ")
    assert not (tmp_path / "none").exists()
