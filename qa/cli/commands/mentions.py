"""The body of ``qa mentions``: all places where the articles have a name."""

from __future__ import annotations

from collections.abc import Iterator

import click

from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice, close_with_command
from qa.cli.present import place, shorten
from qa.cli.text_format import Style, as_json, one_line, output_style
from qa.errors import BadRequest
from qa.mentions.mentions import Mention, Mentions, find_mentions
from qa.protocols import TextStore
from qa.store.snapshot import open_snapshot

EVERY = 10**9
SENTENCE_CHARACTERS = 300


def run(name: tuple[str, ...], json_: bool, plain: bool, index: IndexChoice) -> int:
    """Print every mention of the name; 1 means that there is none."""
    wanted = " ".join(name).encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()
    if not wanted:
        raise BadRequest("The name is empty. Give one in words.")
    settings = chosen_settings(index)
    snapshot = close_with_command(open_snapshot(settings.index, None, collection=settings.collection))
    found = find_mentions(wanted, snapshot, 0, EVERY)
    click.echo(as_json(found) if json_ else "\n".join(_lines(found, output_style(plain), snapshot.text)))
    return 0 if found.total else 1


def _lines(found: Mentions, style: Style, text: TextStore) -> Iterator[str]:
    if not found.total:
        yield one_line(f"No article has the name {found.name}.")
        return
    if len(found.spellings) > 1:
        spelled = ", ".join(f"{one.text} ({one.count})" for one in found.spellings)
        yield style.paint(style.wrap(f"Spelled: {spelled}"), dim=True)
    for one in found.mentions:
        yield f"{one.date[:10] if one.date else 'no date   '} {_where(one, text)}"
        yield style.wrap(shorten(one.sentence, SENTENCE_CHARACTERS), "    ")


def _where(one: Mention, text: TextStore) -> str:
    return place(one.source, text.article(one.article_id).text.count("\n", 0, one.start) + 1)
