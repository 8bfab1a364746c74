"""The body of ``qa check``: whether the index is whole, and whether removed text is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import click

from qa import factory
from qa.check.absent import Leftover, Traces, find_leftovers
from qa.check.cluster.removed import search_machines
from qa.check.cluster.wholeness import find_damage, find_faults
from qa.check.inspection import check_encoder, faults
from qa.check.leftovers import text_of, texts_elsewhere
from qa.check.proof import prove_absent
from qa.cli.commands.index import require_ray, summary
from qa.cli.environment import chosen_settings, say_outdated
from qa.cli.loading import IndexChoice
from qa.cli.progress import Bars
from qa.cli.text_format import one_line
from qa.cluster.layout import cluster_pointer_path
from qa.cluster.machines.machine import Machines, ThisMachine
from qa.cluster.manifest import read_cluster, read_cluster_pointer
from qa.encode.encoder import OnnxEncoder
from qa.errors import BadRequest, IndexCorrupt, IndexMissing
from qa.settings import Settings
from qa.store.folder.layout import encoder_folder
from qa.store.snapshot import OpenSnapshot, open_fallback, open_snapshot
from qa.text.counts import counted

FAULTS_SHOWN = 20


def run(repair: bool, absent: Path | None, cluster: str | None, store: str | None, index: IndexChoice) -> int:
    """Check the index, repair it, or look for the text of a removed file."""
    settings = chosen_settings(index).with_options(cluster=cluster)
    if absent is not None:
        return search_for(absent, text_of(absent), settings, store)
    if _is_of_cluster(settings, store):
        if repair:
            raise BadRequest(
                "The shards of a cluster are written again by: qa index FOLDER --rebuild --cluster ADDRESS"
            )
        click.echo(_verify_cluster(settings, store))
        return 0
    if repair:
        _repair_where_needed(settings)
    click.echo(_verify(settings))
    say_outdated(settings)
    return 0


def _verify(settings: Settings) -> str:
    """Return that the index is whole, the kept generation before the current one too; raises what is wrong with it."""
    with closing(open_snapshot(settings.index, None)) as snapshot:
        _check_generation(snapshot, settings)
        check_encoder(snapshot.manifest, settings)
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
        _raise_for(faults(snapshot, progress), snapshot.info.generation, settings, "qa index --rebuild")


def _raise_for(found: Sequence[str], generation: str, settings: Settings, remedy: str) -> None:
    """Print what is wrong, and raise IndexCorrupt if there is anything."""
    for fault in found[:FAULTS_SHOWN]:
        click.echo(f"qa: {one_line(fault)}", err=True)
    if found:
        raise IndexCorrupt(
            f"{len(found)} things are wrong with generation {generation} in {settings.index}. "
            f"Build it again with: {remedy}"
        )


def _is_of_cluster(settings: Settings, store: str | None) -> bool:
    return bool(settings.cluster or store) or cluster_pointer_path(settings.index).exists()


def _verify_cluster(settings: Settings, store: str | None) -> str:
    """Return that the index of a cluster is whole, as each node sees it; raises what is wrong with it."""
    with _cluster_index(settings, store) as (folder, machines):
        pointer = read_cluster_pointer(folder)
        damage: dict[str, list[str]] = {}
        views = (machines if store is None else ThisMachine()).run(partial(find_damage, folder, pointer))
        for machine, lines in views:
            for line in lines:
                damage.setdefault(line, []).append(machine)
        remedy = "qa index FOLDER --rebuild --cluster ADDRESS"
        _raise_for([f"{', '.join(seen)}: {line}" for line, seen in damage.items()], pointer.name, settings, remedy)
        manifest = read_cluster(folder, pointer)
        check_encoder(manifest, settings)
        with Bars() as progress:
            _raise_for(list(find_faults(folder, manifest, progress)), manifest.name, settings, remedy)
    return (
        f"The index is whole: generation {manifest.name}, {counted(len(manifest.shards), 'shard')}, "
        f"{counted(manifest.articles, 'article')}, {counted(manifest.paragraphs, 'paragraph')}, "
        f"model {manifest.model}, as seen by {counted(len(views), 'machine')}."
    )


@contextmanager
def _cluster_index(settings: Settings, store: str | None) -> Iterator[tuple[Path, Machines]]:
    """Give the folder of the index of a cluster, copied out of an object store first, and the machines that see it."""
    with ExitStack() as opened:
        machines: Machines = ThisMachine()
        if settings.cluster:
            require_ray()
            from qa.cluster.machines.on_ray import nodes_of  # late: it loads Ray

            machines = opened.enter_context(nodes_of(settings.cluster))
        if store is None:
            yield settings.index, machines
        else:
            from qa.cluster.building.shared_store import SharedStore  # late: it loads what opens object stores

            yield opened.enter_context(SharedStore(store).as_folder()), machines


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


def search_for(file: Path, text: str, settings: Settings, store: str | None = None) -> int:
    """Print where any of the text, which this file holds or held, is still stored; 1 where any is."""
    if _is_of_cluster(settings, store):
        with _cluster_index(settings, store) as (index, machines):
            manifest = read_cluster(index, read_cluster_pointer(index))

            def search(traces: Traces) -> Sequence[Leftover]:
                found = search_machines(traces, index, manifest, machines)
                return [*found, *find_leftovers(traces, [settings.data])]

            def name(path: Path) -> str:
                return f"{path}" if store is None else f"{path}".replace(f"{index}", store)

            from qa.check.cluster.elsewhere import texts_at  # late: it loads what opens object stores

            where = manifest.folder
            return _search_by(search, file, text, settings, (where, texts_at(where, file)), name)
    with closing(open_snapshot(settings.index, None)) as snapshot:
        folder = snapshot.manifest.folder
    search = partial(find_leftovers, folders=[settings.index, settings.data])
    return _search_by(search, file, text, settings, (folder, texts_elsewhere(Path(folder), file)))


def _search_by(
    search: Callable[[Traces], Sequence[Leftover]],
    file: Path,
    text: str,
    settings: Settings,
    articles: tuple[str, Sequence[str]],
    name: Callable[[Path], str] = str,
) -> int:
    """Print what a search finds of the text that the other articles, with their address, do not have."""
    encoder = OnnxEncoder.open(encoder_folder(settings.index))
    folder, elsewhere = articles
    proof = prove_absent(search, text, elsewhere, encoder)
    if not proof.parts and not proof.words:
        raise BadRequest(f"All that {file} says stands in articles that are still in {folder}: nothing to look for.")
    for one in proof.leftovers:
        click.echo(one_line(f"{name(one.path)}: {one.form}: {one.part}"))
    if proof.leftovers:
        click.echo(f"{len(proof.leftovers)} places still hold something of {file}.")
        return 1
    click.echo(
        f"Nothing of {file} is stored: {proof.parts} parts of its sentences and {proof.words} words of "
        f"its own were looked for in {settings.index} and {settings.data}."
    )
    return 0
