"""The copies of a shard's rows that stand in articles of other shards, kept in its text store after its own articles.

A question that is restricted to such an article finds the row here and is shown its copy, so the paragraph of the copy
and what is known of its article lie beside the row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from qa.store.folder.storage import storing
from qa.store.texts.reader import pack_boilerplate

_ADD_ARTICLE = (
    "INSERT INTO articles SELECT :new_article, id, source, title, date, sha256, :boilerplate, details, 0, 0"
    " FROM other.articles WHERE number = :article"
)
_ADD_PARAGRAPH = (
    "INSERT INTO paragraphs SELECT :new, :new_article, start, end, kind, text, sentences, markup, locator"
    " FROM other.paragraphs WHERE number = :paragraph"
)


@dataclass(frozen=True, slots=True)
class ForeignCopy:
    """A copy in another text store: the numbers of its article and paragraph there, and of its original here."""

    original: int
    article: int
    paragraph: int


def add_foreign_copies(path: Path, other: Path, copies: Iterable[ForeignCopy]) -> None:
    """Add copies from another text store to a finished one; they come in order of their paragraphs.

    Call it for the text stores of later shards in order, so that copies stay in the order of all paragraphs.
    """
    with storing(f"{path}"), closing(sqlite3.connect(path, isolation_level=None, uri=True)) as connection:
        connection.execute("ATTACH ? AS other", (f"{other.resolve().as_uri()}?mode=ro&immutable=1",))
        connection.execute("BEGIN")
        [(next_article,)] = connection.execute("SELECT count(*) FROM articles")
        [(next_paragraph,)] = connection.execute("SELECT count(*) FROM paragraphs")
        numbers: dict[int, int] = {}
        for number, copy in enumerate(copies, next_paragraph):
            values = {"article": copy.article, "paragraph": copy.paragraph, "new": number}
            if copy.article not in numbers:
                numbers[copy.article] = next_article + len(numbers)
                article = {"new_article": numbers[copy.article], "article": copy.article}
                connection.execute(_ADD_ARTICLE, {**article, "boilerplate": pack_boilerplate(())})
            values["new_article"] = numbers[copy.article]
            connection.execute(_ADD_PARAGRAPH, values)
            connection.execute("INSERT INTO copies VALUES (?, ?)", (copy.original, number))
        connection.execute("COMMIT")
