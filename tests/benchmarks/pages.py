"""How much of the article stays searchable on saved web pages: python -m tests.benchmarks.pages FOLDER.

FOLDER holds html/ID.html.gz and bodies.json.gz, which maps each ID to the body that a person would read. The figures
are precision, recall and F1 over runs of four words, from the means over the pages. The headline and what the page says
about the article are left out: they are no part of the body.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from qa.ingest.article import parse_article
from qa.ingest.formats.html.reader import HtmlReader
from qa.text.shown import leave_out

SHINGLE_WORDS = 4

Shingles = Counter[tuple[str, ...]]


def count_shingles(text: str) -> Shingles:
    """Return the runs of four words; a shorter text is one run."""
    words = re.findall(r"\w+", text)
    runs = range(max(1, len(words) - SHINGLE_WORDS + 1)) if words else range(0)
    return Counter(tuple(words[start : start + SHINGLE_WORDS]) for start in runs)


def score(body: str, found: str) -> tuple[float, float]:
    """Return precision and recall of what was found."""
    true, seen = count_shingles(body), count_shingles(found)
    shared = sum((true & seen).values())
    return shared / max(1, sum(seen.values())), shared / max(1, sum(true.values()))


def read_searchable(page: bytes) -> Iterator[str]:
    """Yield the paragraphs of a page that can be found, as they are shown."""
    text = HtmlReader().read(page).text
    article = parse_article(
        article_id="page",
        source="page.html",
        text=text,
        sha256="",
        repeated=frozenset(),
        fits=lambda part: len(part) < 1000,
    )
    content = [one for one in article.paragraphs if one.kind != "metadata"]
    headline = content[:1] if content and content[0].kind == "heading" else []
    for paragraph in content[len(headline) :]:
        yield leave_out(text, paragraph.start, paragraph.end, article.markup)


def main(folder: Path) -> None:
    """Print the figures."""
    bodies: dict[str, str] = json.loads(gzip.decompress((folder / "bodies.json.gz").read_bytes()))
    scores = []
    for name, body in sorted(bodies.items()):
        page = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        scores.append(score(body, "\n".join(read_searchable(page))))
    precision, recall = mean(one for one, _ in scores), mean(one for _, one in scores)
    f1 = 2 * precision * recall / (precision + recall)
    sys.stdout.write(f"{len(scores)} pages: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
