"""The body of ``qa verify --draft``: which quotations and figures of a text stand in the articles."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from qa.check.drafts.draft import check_draft
from qa.check.drafts.records import DRAFT_CHARACTERS, CheckedDraft, Claim
from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.present import place, shorten
from qa.cli.text_format import Style, as_json, output_style
from qa.errors import BadRequest
from qa.protocols import TextStore
from qa.store.snapshot import open_snapshot

COLOURS = {"exact": "green", "differs": "yellow", "absent": "red"}
CLAIM_CHARACTERS = 300


def check(file: Path, json_: bool, plain: bool, index: IndexChoice) -> int:
    """Print each quotation and figure with its status; 1 means that one differs or is absent."""
    draft = _read(file)
    settings = chosen_settings(index)
    snapshot = close_with_command(open_snapshot(settings.index, None, collection=settings.collection))
    checked = check_draft(draft, snapshot)
    click.echo(as_json(checked) if json_ else _table(checked, output_style(plain), snapshot.text))
    return 0 if all(claim.status == "exact" for claim in checked.claims) and not checked.unchecked else 1


def _read(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise BadRequest(f"Cannot read {file}: {error.strerror}. Name a text file, or - for standard input.") from error
    draft = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if len(draft) > DRAFT_CHARACTERS:
        raise BadRequest(f"{file} has {len(draft):,} characters; the limit is {DRAFT_CHARACTERS:,}. Check it in parts.")
    return draft


def _table(checked: CheckedDraft, style: Style, text: TextStore) -> str:
    if not checked.claims:
        return "No quotation of three words or more and no figure to check."
    lines = ["\n".join(_lines(claim, style, text)) for claim in checked.claims]
    if checked.unchecked:
        lines.append(f"{checked.unchecked} more were not checked: check the text in parts.")
    return "\n".join(lines)


def _lines(claim: Claim, style: Style, text: TextStore) -> Iterator[str]:
    status = style.paint(f"{claim.status:8}", fg=COLOURS[claim.status])
    places = [
        place(one.source, text.article(one.article_id).text.count("\n", 0, one.start) + 1) for one in claim.sources
    ]
    yield f"{status} {claim.kind}{': ' if places else ''}{', '.join(places)}"
    yield style.wrap(shorten(claim.text, CLAIM_CHARACTERS), "    ")
    if claim.differences:
        marks = {"same": "{}", "draft": "[-{}-]", "article": "{{+{}+}}"}
        yield style.wrap(" ".join(marks[one.where].format(one.text) for one in claim.differences), "    ")
