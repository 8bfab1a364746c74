"""Labels that the blocks of a Markdown text give to its lines."""

from __future__ import annotations

from collections.abc import Sequence

from qa.ingest.cleaning.labels import MARKED, Label
from qa.ingest.splitting.markdown import Structure
from qa.text.lines import Line

TABLE = Label("body", "table")
CODE = Label("body", "code")
_LABELS = {
    "table": TABLE,
    "code": CODE,
    "comment": Label("boilerplate", "comment"),
    "rule": Label("boilerplate", "stray marks"),
    "definition": Label("boilerplate", "link definition"),
}


def label_blocks(lines: Sequence[Line], labels: list[Label], structure: Structure) -> None:
    """Label the lines of tables, code, comments, rules, link definitions and headings."""
    heading = -1
    for number, line in enumerate(lines):
        block = structure.block_at(line.start)
        if block is None or labels[number].reason in ("front matter", "front matter mark"):
            continue
        kind = structure.blocks[block].kind
        if kind == "heading":
            underline = block == heading and not any(map(str.isalnum, line.text))
            labels[number] = Label("boilerplate", "stray marks") if underline else MARKED
            heading = block
        elif kind in _LABELS:
            labels[number] = _LABELS[kind]
