"""The articles that hold some words, or are of some days."""

from __future__ import annotations

from collections.abc import Sequence

from qa.protocols import Snapshot
from qa.records import Article
from qa.scope import Scope
from qa.search.filters import check_days
from qa.text.fold import fold

# Of a large corpus, the articles nearest to the words are looked through.
SEARCH_DEPTH = 1000


def matching_articles(snapshot: Snapshot, words: str, since: str | None, until: str | None) -> Sequence[Article]:
    """Return the articles by id that have all the words in title, file name or text, and are of these days.

    Empty words are in all articles. Raises BadScope where the days end before they begin.
    """
    check_days(since, until)
    listed = snapshot.text.articles()
    wanted = fold(words).split()
    if wanted:
        nearest = snapshot.search_articles(words, SEARCH_DEPTH)
        holding = {article_id for article_id in nearest if _has(snapshot.text.article(article_id).text, wanted)}
        listed = [one for one in listed if one.id in holding or _has(f"{one.title} {one.source}", wanted)]
    scope = Scope(since=since, until=until)
    return [one for one in listed if scope.holds(one)]


def count_undated(snapshot: Snapshot, words: str, since: str | None, until: str | None) -> int:
    """Return how many articles with these words the restriction to days leaves out because they have no date."""
    if not (since or until):
        return 0
    return Scope(since=since, until=until).count_undated(matching_articles(snapshot, words, None, None))


def _has(text: str, words: Sequence[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)
