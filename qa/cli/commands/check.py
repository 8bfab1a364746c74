"""The body of ``qa check``: whether the index is whole, and whether removed text is gone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from qa import factory
from qa.check.inspection import check_encoder, faults
from qa.check.leftovers import text_of, texts_elsewhere
from qa.check.proof import prove_absent
from qa.cli.commands.index import summary
from qa.cli.environment import chosen_settings, say_outdated
from qa.cli.loading import IndexChoice
from qa.cli.progress import Bars
from qa.cli.text_format import one_line
from qa.encode.encoder import OnnxEncoder
from qa.errors import BadRequest, IndexCorrupt, IndexMissing
from qa.settings import Settings
from qa.store.folder.layout import encoder_folder
from qa.store.snapshot import OpenSnapshot, open_fallback, open_snapshot
from qa.text.counts import counted

FAULTS_SHOWN = 20


def run(repair: bool, absent: Path | None, index: IndexChoice) -> int:
    """Check the index, repair it, or look for the text of a removed file."""
    settings = chosen_settings(index)
    if absent is not None:
        return search_for(absent, text_of(absent), settings)
    if repair:
        _repair_where_needed(settings)
    click.echo(_verify(settings))
    say_outdated(settings)
    return 0


def _verify(settings: Settings) -> str:
    """Return that the index is whole, the kept generation before the current one too; raises what is wrong with it."""
    with closing(open_snapshot(settings.index, None)) as snapshot:
        _check_generation(snapshot, settings)
        check_encoder(snapshot, settings)
        fallback = open_fallback(snapshot)
        info = snapshot.info
    whole = (
        f"The index is whole: generation {info.generation}, {counted(info.articles, 'article')}, "
        f"{counted(info.paragraphs, 'paragraph')}, "
        f"model {info.model}."
    )
    if fallback is None:
        return whole
    with closing(fallback):
        _check_generation(fallback, settings)
    return f"{whole} Generation {fallback.info.generation}, kept from before, is whole too."


def _check_generation(snapshot: OpenSnapshot, settings: Settings) -> None:
    """Print what is wrong with one generation, and raise IndexCorrupt if there is anything."""
    snapshot.verify()
    with Bars() as progress:
        found = faults(snapshot, progress)
    for fault in found[:FAULTS_SHOWN]:
        click.echo(f"qa: {one_line(fault)}", err=True)
    if found:
        raise IndexCorrupt(
            f"{len(found)} things are wrong with generation {snapshot.info.generation} in {settings.index}. "
            "Build it again with: qa index --rebuild"
        )


def _repair_where_needed(settings: Settings) -> None:
    try:
        _verify(settings)
    except IndexCorrupt as error:
        click.echo(f"qa: {one_line(str(error))}", err=True)
    except IndexMissing as error:
        if not settings.index.is_dir():
            raise
        click.echo(f"qa: {one_line(str(error))}", err=True)
    else:
        return
    with Bars() as progress:
        report = factory.repair_index(settings, progress=progress)
    click.echo(summary(report), err=True)


def search_for(file: Path, text: str, settings: Settings) -> int:
    """Print where any of the text, which this file holds or held, is still stored; 1 where any is."""
    with closing(open_snapshot(settings.index, None)) as snapshot:
        folder = Path(snapshot.manifest.folder)
    encoder = OnnxEncoder.open(encoder_folder(settings.index))
    proof = prove_absent(text, texts_elsewhere(folder, file), encoder, [settings.index, settings.data])
    if not proof.parts and not proof.words:
        raise BadRequest(f"All that {file} says stands in articles that are still in {folder}: nothing to look for.")
    for one in proof.leftovers:
        click.echo(one_line(f"{one.path}: {one.form}: {one.part}"))
    if proof.leftovers:
        click.echo(f"{len(proof.leftovers)} places still hold something of {file}.")
        return 1
    click.echo(
        f"Nothing of {file} is stored: {proof.parts} parts of its sentences and {proof.words} words of "
        f"its own were looked for in {settings.index} and {settings.data}."
    )
    return 0
