"""The Python API: what the README shows, what its arguments mean, and that importing it changes nothing."""

import doctest
import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa import Index, open_index
from qa.errors import ArticleNotFound, BadRequest, IndexMissing
from qa.factory import open_engine
from qa.requests import AskRequest, SearchRequest, Turn
from qa.settings import Settings

ROOT = Path(__file__).parents[2]
QUESTION = "How many criminal cases were opened against deserters in the first half of 2023?"


@pytest.fixture(scope="module")
def index(seeds_index: Path) -> Iterator[Index]:
    with open_index(seeds_index) as opened:
        yield opened


def test_the_lines_in_the_readme_run(
    encoder_folder: Path, seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [lines] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    shutil.copytree(seeds, tmp_path / "seeds")
    shutil.copytree(encoder_folder, tmp_path / ".qa" / "encoder")
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(lines, {}, "README.md", "README.md", 0)
    assert sum(line.startswith((">>>", "...")) for line in lines.splitlines()) == 6
    assert doctest.DocTestRunner().run(example) == doctest.TestResults(failed=0, attempted=len(example.examples))


def test_an_answer_is_that_of_the_engine(index: Index, seeds_index: Path) -> None:
    answer = index.ask(QUESTION, quotes=1, passages=2)
    expected = open_engine(Settings(index=seeds_index)).ask(AskRequest(QUESTION, quotes=1, passages=2))
    assert replace(answer, took_ms=0) == replace(expected, took_ms=0)
    assert "2,076" in answer.citations[0].quote


def test_a_search_returns_the_passages_of_the_answer(index: Index) -> None:
    found = index.search(QUESTION, passages=4)
    assert [passage.rank for passage in found.passages] == [1, 2, 3, 4]
    answer = index.ask(QUESTION, passages=4)
    assert [(one.article_id, one.start) for one in found.passages] == [
        (one.article_id, one.start) for one in answer.passages
    ]


def test_a_question_is_read_with_its_history_and_within_the_chosen_articles(index: Index) -> None:
    cited = index.ask(QUESTION).citations[0].article_id
    followed = index.ask("When?", history=[Turn(QUESTION)], articles=[cited])
    assert followed.reading == "with_history"
    assert {passage.article_id for passage in followed.passages} == {cited}
    given = index.search("When?", searched_for="the hotline", until="2023-12-31")
    assert (given.reading, given.searched_for) == ("given", "the hotline")


def test_articles_are_listed_and_read(index: Index) -> None:
    listed = index.articles()
    assert [article.id for article in listed] == sorted(article.id for article in listed)
    assert len(listed) == 5
    assert index.article(listed[0].id).text.startswith(listed[0].title)
    with pytest.raises(ArticleNotFound, match="'nowhere'"):
        index.article("nowhere")


def test_an_argument_that_cannot_be_used_is_named(index: Index) -> None:
    with pytest.raises(BadRequest, match="The question is empty"):
        index.ask(" ")
    with pytest.raises(BadRequest, match=r"`quotes` has to be 10 or less\."):
        index.ask(QUESTION, quotes=11)
    with pytest.raises(BadRequest, match=r"`passages` has to be 1 or more\."):
        index.search(QUESTION, passages=0)


def test_a_missing_index_is_not_built_unasked(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="No index in"):
        open_index(tmp_path)


def test_a_closed_index_answers_nothing(seeds_index: Path) -> None:
    with open_index(str(seeds_index)) as index:
        index.articles()
    index.close()
    for call in (lambda: index.ask(QUESTION), lambda: index.search(QUESTION), index.articles):
        with pytest.raises(ValueError, match=r"^This index is closed"):
            call()


@pytest.mark.parametrize(("method", "request_type"), [(Index.ask, AskRequest), (Index.search, SearchRequest)])
def test_arguments_and_their_defaults_are_those_of_a_request(
    method: Callable[..., object], request_type: type[AskRequest | SearchRequest]
) -> None:
    arguments = list(inspect.signature(method).parameters.values())[1:]
    fields = {name: default for name, default in _defaults(request_type).items() if name not in {"id", "collection"}}
    assert {one.name: one.default for one in arguments} == fields


def _defaults(request_type: type[AskRequest | SearchRequest]) -> dict[str, object]:
    request = request_type("?")
    wanted = {name: getattr(request, name) for name in request_type.__struct_fields__}
    return {**wanted, "question": inspect.Parameter.empty}


def test_importing_the_package_changes_nothing_and_loads_nothing_heavy() -> None:
    code = (
        "import os, signal, sys, threading, warnings; before = dict(os.environ), list(sys.path), warnings.filters[:]\n"
        "import qa; from qa import errors, records\n"
        "assert (dict(os.environ), list(sys.path), warnings.filters) == before; assert threading.active_count() == 1\n"
        "print(*(name for name in ('numpy', 'msgspec', 'onnxruntime', 'faiss', 'torch') if name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (ran.stdout, ran.stderr) == ("\n", "")


def test_a_name_that_the_package_lacks_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'qa' has no attribute 'open_indices'"):
        _ = qa.open_indices
