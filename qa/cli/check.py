"""``qa check``: is the index whole?"""

from __future__ import annotations

from pathlib import Path

import click

from qa.cli.layout import one_line
from qa.cli.options import index_option, open_generation, settings_with
from qa.cli.progress import Bars
from qa.errors import IndexCorrupt

SHOWN = 20


@click.command()
@index_option
def command(index: Path | None) -> int:
    """Check that the index is whole: the digest of every file, the counts, and that every passage slices.

    Exit code 3 means that something is wrong; what, is said on standard error.
    """
    settings = settings_with(index=index)
    generation = open_generation(settings)
    from qa.cli.inspection import check_encoder, faults  # late, as in open_generation

    generation.verify()
    check_encoder(generation, settings)
    with Bars() as progress:
        found = faults(generation, progress)
    for fault in found[:SHOWN]:
        click.echo(f"qa: {one_line(fault)}", err=True)
    info = generation.info
    if found:
        raise IndexCorrupt(
            f"{len(found)} things are wrong with generation {info.generation} in {settings.index}. "
            "Build it again with: qa index --rebuild"
        )
    click.echo(
        f"The index is whole: generation {info.generation}, {info.articles} articles, {info.paragraphs} paragraphs, "
        f"model {info.model}."
    )
    return 0
