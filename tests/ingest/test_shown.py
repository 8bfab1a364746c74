"""What is shown of a quotation of Markdown, in the answer and in its citation."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa.answer import compose
from qa.answer.reader import Quote
from qa.citations.statements import quote_all
from qa.ingest.article import parse_article
from qa.store.snapshot import open_snapshot
from qa.text.shown import leave_out
from tests.building import build
from tests.fakes import FakeEncoder


def test_a_quotation_of_markdown_is_exact_and_shown_without_markup(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    text = "# R\n\nThe **old** [bridge](https://x.org/a) was sold.\n\n| Town | Votes |\n|---|---|\n| Ribe | 67 |\n"
    (folder / "a.md").write_text(text, encoding="utf-8")
    build(folder, tmp_path / "index", FakeEncoder())
    with closing(open_snapshot(tmp_path / "index", None)) as snapshot:
        rows = snapshot.text.paragraphs(np.arange(snapshot.info.paragraphs))
        quotes = [Quote(row, row.start, row.end) for row in rows if row.kind == "body"]
        citations = compose.citations(quotes, snapshot.text)
    assert [text[one.start : one.end] for one in citations] == [one.quote for one in citations]
    assert [" ".join(one.shown.split()) for one in citations] == ["The old bridge was sold.", "Town Votes Ribe 67"]
    answer, statements = quote_all(citations)
    assert [answer[one.start : one.end] for one in statements] == [one.shown for one in citations]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It opens at nine.<br>It closes at six.<br />On Sundays it is shut.",
         ["It opens at nine.", "It closes at six.", "On Sundays it is shut."]),
        ("Open from 9 to 12<BR>and 14 to 18, H<sub>2</sub>O is **f**ree.",
         ["Open from 9 to 12 and 14 to 18, H2O is free."]),
        ("|Day|Hours|\n|-|-|\n|Monday|9 to 12<br>14 to 18|", ["Day Hours Monday 9 to 12 14 to 18"]),
    ],
)  # fmt: skip
def test_words_that_markup_alone_keeps_apart_are_shown_apart(text: str, sentences: list[str]) -> None:
    article = parse_article(
        article_id="a", source="a.md", text=text, sha256="", repeated=frozenset(), fits=lambda text: True
    )
    shown = [leave_out(text, one.start, one.end, article.markup) for one in article.paragraphs[0].sentences]
    assert [" ".join(one.split()) for one in shown] == sentences
