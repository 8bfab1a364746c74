"""Which articles and days may answer, and what is said where there are none."""

from __future__ import annotations

from typing import cast

import pytest

from qa.errors import ArticleNotFound, BadScope
from qa.protocols import TextStore
from qa.requests import SearchRequest
from qa.scope import Scope
from qa.search.article_names import describe_unknown, find_article
from qa.search.filters import scope_of
from tests.web.fakes import FakeText, article

ARTICLES = [
    article("news/ferry-stops", "Ferry to Skarra stops\n\nThe last boat left.\n", date="2025-03-14"),
    article("saved/page", "Harbour fire\n\nThirteen people died.\n"),
]
TEXT = cast(TextStore, FakeText(ARTICLES))


def test_no_filter_is_no_scope() -> None:
    assert scope_of(SearchRequest("a"), TEXT) is None


def test_filters_become_a_scope() -> None:
    request = SearchRequest("a", articles=("saved/page",), since="2025-01-01", until="2025-01-01")
    assert scope_of(request, TEXT) == Scope(frozenset({"saved/page"}), "2025-01-01", "2025-01-01")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("news/ferry-stop", "Did you mean 'news/ferry-stops' (Ferry to Skarra stops)?"),
        ("Ferry-Stops", "Did you mean 'news/ferry-stops' (Ferry to Skarra stops)?"),
        ("harbour fire", "Did you mean 'saved/page' (Harbour fire)?"),
        ("saved/page.txt", "'saved/page.txt', which is the name of a file. Its id is 'saved/page'."),
        ("/srv/articles/saved/page.txt", "which is the name of a file. Its id is 'saved/page'."),
        ("page.txt", "Did you mean 'saved/page' (Harbour fire)?"),
        ("42", "No article has the id '42'. The list of articles has them all."),
        ("", "No article has the id ''. The list of articles has them all."),
        ("x" * 900, f"No article has the id '{'x' * 79}…'. The list of articles has them all."),
    ],
)
def test_an_unknown_article_is_answered_with_the_nearest_one(name: str, words: str) -> None:
    assert describe_unknown(name, TEXT.articles()).endswith(words)
    with pytest.raises(ArticleNotFound):
        find_article(TEXT, name)


def test_the_first_unknown_article_of_a_scope_is_named() -> None:
    with pytest.raises(BadScope, match="No article has the id 'saved/pages'") as caught:
        scope_of(SearchRequest("a", articles=("saved/page", "saved/pages", "x")), TEXT)
    assert caught.value.field == "articles/1"


def test_days_that_end_before_they_begin_are_no_scope() -> None:
    with pytest.raises(BadScope, match=r"since is 2025-02-01, until is 2025-01-31\.") as caught:
        scope_of(SearchRequest("a", since="2025-02-01", until="2025-01-31"), TEXT)
    assert caught.value.field == "since"


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        (Scope(), [True, True]),
        (Scope(frozenset({"saved/page"})), [False, True]),
        (Scope(since="2025-03-14", until="2025-03-14"), [True, False]),
        (Scope(since="2025-03-15"), [False, False]),
        (Scope(until="2025-03-13"), [False, False]),
    ],
)
def test_a_scope_holds_articles_by_id_and_day(scope: Scope, held: list[bool]) -> None:
    assert [scope.holds(one) for one in ARTICLES] == held
