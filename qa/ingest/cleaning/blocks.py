"""Labels that the blocks of a Markdown text give to its lines."""

from __future__ import annotations

from collections.abc import Sequence

from qa.ingest.cleaning.labels import MARKED, Label
from qa.ingest.splitting.markdown import Block, Structure
from qa.text.lines import Line
from qa.text.shown import leave_out

TABLE = Label("body", "table")
CODE = Label("body", "code")
MARKUP = Label("boilerplate", "markup")
_LABELS = {
    "table": TABLE,
    "code": CODE,
    "comment": Label("boilerplate", "comment"),
    "rule": Label("boilerplate", "stray marks"),
    "definition": Label("boilerplate", "link definition"),
}


def label_blocks(text: str, lines: Sequence[Line], labels: list[Label], structure: Structure) -> None:
    """Label the lines of tables, code, comments, rules, link definitions, headings, and of what shows no word."""
    heading = -1
    silent = {number for number, block in enumerate(structure.blocks) if _is_silent(text, block, structure)}
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
        elif block in silent:
            labels[number] = MARKUP


def _is_silent(text: str, block: Block, structure: Structure) -> bool:
    """Tell whether a paragraph or a block of HTML shows no word: a picture, a tag."""
    if block.kind not in ("paragraph", "html"):
        return False
    return not any(map(str.isalnum, leave_out(text, block.start, block.end, structure.markup)))
