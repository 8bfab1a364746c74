"""The building of an index on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.cluster.layout import cluster_pointer_path
from qa.errors import BadSetting, IndexCorrupt
from qa.factory.encoders import check_name, has_encoder, prepare_encoder
from qa.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from qa.build.report import BuildReport
    from qa.build.structures import Structures
    from qa.progress import Progress


def build_index(settings: Settings, *, progress: Progress, rebuild: bool = False, replace: bool = False) -> BuildReport:
    """Build the index of the folder of articles or bring it up to date; the encoder is exported first where needed.

    Raises ModelMismatch where another model built the index and rebuild is not asked for, BadSetting for the index of a
    cluster, and what build raises.
    """
    check_name(settings.index)
    _refuse_cluster(settings.index)
    from qa.build.build import build  # late: it loads all that reads and parses articles, which no answer needs
    from qa.ingest.files import find_files

    if rebuild or not has_encoder(settings):
        find_files(settings.articles)  # a folder that cannot be indexed is refused before a minute of exporting
    return build(
        settings.articles,
        settings.index,
        prepare_encoder(settings, rebuild),
        local_structures(),
        progress,
        rebuild=rebuild,
        replace_folder=replace,
    )


def repair_index(settings: Settings, *, progress: Progress) -> BuildReport:
    """Write a damaged index again, from its own text store where that is whole; the encoder is exported where needed.

    Raises what repair raises.
    """
    check_name(settings.index)
    _refuse_cluster(settings.index)
    from qa.build.repair import repair  # late, as in build_index

    try:
        encoder = prepare_encoder(settings, rebuild=False)
    except IndexCorrupt:
        encoder = prepare_encoder(settings, rebuild=True)
    return repair(settings.articles, settings.index, encoder, local_structures(), progress)


def _refuse_cluster(index: Path) -> None:
    """Raise BadSetting for the folder of a cluster, whose shards a build on one machine would remove."""
    if cluster_pointer_path(index).exists():
        raise BadSetting(
            f"{index} holds the index of a cluster. Name the cluster with --cluster or QA_CLUSTER, "
            "or another folder with QA_INDEX."
        )


def local_structures() -> Structures:
    """Return the writers of an index on this machine: SQLite, tantivy, FAISS and blocks of token vectors."""
    from qa.build.structures import Structures  # late, as in build_index
    from qa.store.dense.writer import FaissWriter
    from qa.store.lexical.writer import TantivyWriter
    from qa.store.texts.writer import SqliteTextWriter
    from qa.store.tokens.writer import BlockWriter

    return Structures(SqliteTextWriter, TantivyWriter, FaissWriter, BlockWriter)
