"""Headings and bylines: they lead to an answer, but only answer questions about themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from qa.protocols import Vector
from qa.records import ParagraphKind

# Taken off the score of a demoted paragraph.
DEMOTION = 0.3
BYLINE = re.compile(
    r"\b(?:who (?:wrote|writes|translated|reported|edited)|(?:written|translated|reported|edited|photographed) by"
    r"|author|byline|translator|translation|journalist who|by whom|whose article|when was (?:it|this|the article)"
    r" (?:published|written|posted)|publication date)\b",
    re.IGNORECASE,
)
HEADING = re.compile(r"\b(?:head(?:line|ing)s?|titled?|called the article|name of the article)\b", re.IGNORECASE)


def demote_headings(question: str, kinds: Sequence[ParagraphKind], scores: Vector) -> Vector:
    """Return the scores less DEMOTION for headings and bylines, except those that the question is about."""
    lowered = [DEMOTION * (not is_quotable(question, kind)) for kind in kinds]
    return scores - np.array(lowered, np.float32)


def is_quotable(question: str, kind: ParagraphKind) -> bool:
    """Return whether a paragraph of this kind can answer the question."""
    if kind == "metadata":
        return BYLINE.search(question) is not None
    return kind != "heading" or HEADING.search(question) is not None
