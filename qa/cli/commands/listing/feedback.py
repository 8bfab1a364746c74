"""The body of ``qa feedback``: what people said of answers, as a set of questions."""

from __future__ import annotations

import click

from qa.cli.environment import chosen_settings
from qa.cli.loading import IndexChoice, close_with_command
from qa.conversations.feedback import FeedbackStore
from qa.evaluate.feedback import as_lines, judged_questions
from qa.store.snapshot import open_snapshot


def run(index: IndexChoice) -> int:
    """Print one question per line, and on standard error how many judged answers are left out and why."""
    settings = chosen_settings(index)
    snapshot = close_with_command(open_snapshot(settings.index, None))
    judged = judged_questions(FeedbackStore(settings.data).all(collection=settings.collection), snapshot.text)
    click.echo(as_lines(judged.questions).decode(), nl=False)
    click.echo(f"{len(judged.questions):,} judged answers", err=True)
    if judged.unexplained:
        click.echo(f"{judged.unexplained:,} left out: called wrong, without the passage that is right", err=True)
    if judged.outdated:
        click.echo(f"{judged.outdated:,} left out: their passage is no longer in the articles", err=True)
    return 0
