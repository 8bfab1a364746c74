"""The commands over one of several collections."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from qa.errors import ArticlesMissing
from qa.settings import Settings
from tests.cli.runs import run_here
from tests.cli.test_index import REPORT
from tests.collections.sites import FOX_QUESTION, MUSEUM_QUESTION, damage, index_folder, open_fake, two_folders


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of two indexed collections, which the environment names."""
    two_folders(tmp_path)
    for module in ("qa.factory", "qa.factory.engines"):
        monkeypatch.setattr(f"{module}.open_engine", open_fake)
    monkeypatch.setenv("QA_COLLECTIONS", f"{tmp_path / 'news'},old={tmp_path / 'old'}")
    monkeypatch.setenv("QA_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("QA_DATA", str(tmp_path / "data"))
    return tmp_path


def test_collections_are_listed_with_folder_articles_and_state(folder: Path) -> None:
    ran = run_here("collections")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"news  {folder}/news  2  ready\nold   {folder}/old   2  ready\n"


def test_one_that_cannot_be_asked_is_listed_with_the_reason(folder: Path) -> None:
    damage(index_folder(folder, "old"))
    shutil.rmtree(folder / "news")
    ran = run_here("collections", "--json")
    assert (ran.code, ran.err) == (3, "")
    gone = "Its folder is not there; the index answers as it is."
    assert json.loads(ran.out) == [
        {"name": "news", "folder": f"{folder}/news", "state": "folder missing", "articles": 2, "reason": gone},
        {
            "name": "old",
            "folder": f"{folder}/old",
            "state": "damaged",
            "articles": None,
            "reason": "Its index is damaged.",
        },
    ]


def test_a_single_folder_is_listed_without_a_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QA_COLLECTIONS")
    ran = run_here("collections", "--json")
    assert ran.code == 3
    assert [(one["name"], one["state"]) for one in json.loads(ran.out)] == [(None, "not indexed")]


def test_a_question_is_answered_from_the_collection_that_is_named(folder: Path) -> None:
    ran = run_here("ask", "--json", "--collection", "old", MUSEUM_QUESTION)
    answer = json.loads(ran.out)
    assert (ran.code, answer["index"]["collection"]) == (0, "old")
    assert answer["citations"][0]["link"].startswith("/articles/report?collection=old&")
    assert run_here("ask", FOX_QUESTION).code == 0
    assert run_here("ask", "--collection", "old", FOX_QUESTION).code == 1
    found = run_here("search", "--json", "--collection", "old", MUSEUM_QUESTION)
    assert json.loads(found.out)["passages"][0]["link"].startswith("/articles/report?collection=old&")
    chat = run_here("chat", "--collection", "old", stdin=MUSEUM_QUESTION.encode())
    assert "The museum opened its northern wing in March" in chat.out


def test_each_line_may_name_its_collection(folder: Path) -> None:
    lines = [
        {"question": MUSEUM_QUESTION},
        {"question": FOX_QUESTION, "collection": "news"},
        {"question": "a", "collection": "olds"},
    ]
    stdin = "\n".join(json.dumps(one) for one in lines).encode()
    ran = run_here("ask", "--jsonl", "--collection", "old", stdin=stdin)
    first, second, third = (json.loads(line) for line in ran.out.splitlines())
    assert (ran.code, third["error"]) == (2, "There is no collection 'olds'. Did you mean 'old'?")
    assert [one["index"]["collection"] for one in (first, second)] == ["old", "news"]


def test_articles_mentions_drafts_and_facts_are_of_the_collection_that_is_named(folder: Path) -> None:
    assert "barn.txt" in run_here("articles", "--collection", "old").out
    assert "barn.txt" not in run_here("articles").out
    assert json.loads(run_here("info", "--json", "--collection", "old").out)["collection"] == "old"
    (mention,) = json.loads(run_here("mentions", "--json", "--collection", "old", "March").out)["mentions"]
    assert mention["link"] == "/articles/report?collection=old&start=39&end=44#mark"
    (folder / "draft.txt").write_text("“The museum opened its northern wing in March after long repairs.”")
    words = ("verify", "--json", "--draft", str(folder / "draft.txt"))
    (claim,) = json.loads(run_here(*words, "--collection", "old").out)["claims"]
    assert (claim["status"], claim["sources"][0]["link"].split("&")[0]) == ("exact", "/articles/report?collection=old")
    assert [one["status"] for one in json.loads(run_here(*words).out)["claims"]] == ["absent"]


COMMANDS = ["ask x", "search x", "chat", "articles", "info", "mentions x", "index", "check", "add x", "remove x"]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_name_ends_with_2_and_the_nearest_one(command: str, folder: Path) -> None:
    ran = run_here(*command.split(), "--collection", "olds")
    assert (ran.code, ran.out, ran.err) == (2, "", "qa: There is no collection 'olds'. Did you mean 'old'?\n")


def test_an_index_and_a_collection_cannot_both_be_named(folder: Path) -> None:
    ran = run_here("ask", "x", "--collection", "old", "--index", str(folder / "index"))
    assert (ran.code, "--index and --collection name an index each: leave one out." in ran.err) == (2, True)


def test_a_folder_of_an_index_wins_over_the_collections(folder: Path) -> None:
    ran = run_here("info", "--json", "--index", str(index_folder(folder, "old")))
    assert (json.loads(ran.out)["collection"], json.loads(ran.out)["folder"]) == (None, f"{folder}/old")


def test_a_changed_folder_is_said_with_the_command_for_its_collection(folder: Path) -> None:
    (folder / "old" / "new.txt").write_text("New\n\nA new article.\n")
    ran = run_here("ask", "--collection", "old", MUSEUM_QUESTION)
    assert ran.err.endswith("Bring it up to date with: qa index --collection old\n")


def test_index_builds_all_collections_though_one_cannot_be(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []

    def build_index(settings: Settings, **_: object) -> object:
        built.append((settings.collection, settings.articles, settings.index))
        if settings.collection == "news":
            raise ArticlesMissing("There is no folder.")
        return REPORT

    monkeypatch.setattr("qa.factory.build_index", build_index)
    ran = run_here("index")
    assert ran.code == 2
    assert built == [(name, folder / name, index_folder(folder, name)) for name in ("news", "old")]
    assert ran.err.split("\n")[:3] == [f"news: {folder}/news", "qa: There is no folder.", f"old: {folder}/old"]
    built.clear()
    assert run_here("index", "--collection", "old").code == 0
    assert built == [("old", folder / "old", index_folder(folder, "old"))]
    built.clear()
    assert run_here("index", str(folder / "news")).code == 0
    assert built == [(None, folder / "news", folder / "index")]


def test_config_shows_the_collections(folder: Path) -> None:
    shown = {one["variable"]: one["value"] for one in json.loads(run_here("config", "show", "--json").out)}
    assert shown["QA_COLLECTIONS"] == [f"news={folder}/news", f"old={folder}/old"]
