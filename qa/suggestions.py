"""Questions to begin with, made from the articles; only those that get an answer are worth showing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from qa.records import Article

# Two or three capitalised words that begin the sentence or follow a plain word.
NAME = r"(?:^|\b[a-z]+,? )(?P<name>(?!The |In |At |On )(?:[A-Z][\w’'-]+ ){1,2}[A-Z][\w’'-]+)"
ROLE = r"(?:who|whose|\d\d|(?:an? |the )?(?:[\w-]+ ){0,2}\w*(?:man|woman|er|or|ist|ian|ary|head|chief))\b"
INTRODUCED = re.compile(f"{NAME}, {ROLE}")
SPEAKING = re.compile(f"{NAME} (?:said|says|told|claims|claimed|believes)\\b")


def possible_questions(articles: Iterable[Article]) -> list[tuple[str, str]]:
    """Return questions that the articles may answer, each with the name that it is about, the most named first."""
    asked: dict[str, str] = {}
    named: Counter[str] = Counter()
    for article in articles:
        for sentence in _body_sentences(article):
            for question, name in _questions(sentence):
                asked.setdefault(name, question)
                named[name] += 1
    return [(asked[name], name) for name, _ in named.most_common()]


def _body_sentences(article: Article) -> Iterator[str]:
    for paragraph in article.paragraphs:
        if paragraph.kind == "body":
            yield from (sentence.of(article.text) for sentence in paragraph.sentences)


def _questions(sentence: str) -> Iterator[tuple[str, str]]:
    for found in INTRODUCED.finditer(sentence):
        yield f"Who is {found['name']}?", found["name"]
    for found in SPEAKING.finditer(sentence):
        yield f"What did {found['name']} say?", found["name"]
