"""What a line of an article can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["boilerplate", "body", "heading", "caption", "metadata"]


@dataclass(frozen=True, slots=True)
class Label:
    """The kind of a line, and the reason where one kind has several."""

    kind: Kind
    reason: str = ""


BODY = Label("body")
MARKED = Label("heading", "marked")
HEADLINE = Label("heading", "headline")
REPEATED = Label("boilerplate", "stands in many articles")
