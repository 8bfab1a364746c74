"""What is shown of a quotation of Markdown, in the answer and in its citation."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from qa.answer import compose
from qa.answer.reader import Quote
from qa.citations.statements import quote_all
from qa.store.snapshot import open_snapshot
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
