"""Articles by what people call them: an unknown id is answered with the id that was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from rapidfuzz import fuzz
from rapidfuzz.process import extractOne

from qa.errors import ArticleNotFound
from qa.protocols import TextStore
from qa.records import Article

# Similarity in percent, by rapidfuzz's ratio, from which a name is suggested.
SIMILAR = 60
# Characters of a name that an error repeats.
NAME_CHARACTERS = 80


def find_article(text: TextStore, article_id: str) -> Article:
    """Return the article of this id; raises ArticleNotFound, which names the nearest one."""
    try:
        return text.article(article_id)
    except ArticleNotFound as error:
        raise ArticleNotFound(describe_unknown(article_id, text.articles())) from error


def describe_unknown(name: str, articles: Sequence[Article]) -> str:
    """Return the sentence that says that no article has this id, and which one was probably meant."""
    shown = repr(name if len(name) <= NAME_CHARACTERS else f"{name[: NAME_CHARACTERS - 1]}…")
    path = PurePath(name)
    for article in articles:
        source = PurePath(article.source)
        if path.parts[-len(source.parts) :] == source.parts:
            return f"No article has the id {shown}, which is the name of a file. Its id is {article.id!r}."
    nearest = _nearest(name, articles)
    if nearest is None:
        return f"No article has the id {shown}. The list of articles has them all."
    return f"No article has the id {shown}. Did you mean {nearest.id!r} ({nearest.title})?"


def _nearest(name: str, articles: Sequence[Article]) -> Article | None:
    """Return the article whose id, last part of the id, file name or title is most like the name."""
    names = [
        (article, one)
        for article in articles
        for one in {article.id, PurePath(article.id).name, article.source, article.title}
    ]
    found = extractOne(name.casefold(), [one.casefold() for _, one in names], scorer=fuzz.ratio, score_cutoff=SIMILAR)
    return None if found is None else names[found[2]][0]
