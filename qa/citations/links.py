"""Where a citation leads: the address of its quotation in the reader of the site."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

from qa.records import Citation

# A link has to fit everywhere that people paste it: of a longer quotation it carries the start.
QUOTE_IN_LINK = 500
CONTEXT_IN_LINK = 24


def reader_link(citation: Citation, others: Sequence[Citation] = (), back: str = "") -> str:
    """Return the path of the reader at the quotation, with what finds it again after the article has changed."""
    query: list[tuple[str, str | int]] = [
        ("start", citation.start),
        ("end", citation.end),
        ("quote", citation.quote[:QUOTE_IN_LINK]),
        ("prefix", citation.prefix[-CONTEXT_IN_LINK:]),
        ("suffix", citation.suffix[:CONTEXT_IN_LINK]),
    ]
    query += [("also", f"{one.start}-{one.end}") for one in others if one.article_id == citation.article_id]
    query += [("back", back)] if back else []
    path = percent_encoded(citation.article_id)
    return f"/articles/{path}?{urlencode(query, quote_via=percent_encoded, safe='')}#mark"
