"""The building of the index of a cluster."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qa.encode.encoder import OnnxEncoder
from qa.factory.encoders import check_name, prepare_encoder
from qa.settings import Settings
from qa.store.folder.layout import encoder_folder

if TYPE_CHECKING:
    from qa.build.report import BuildReport
    from qa.cluster.building.shared_store import SharedStore
    from qa.progress import Progress


def build_cluster_index(
    settings: Settings,
    address: str,
    articles: str | Path,
    *,
    progress: Progress,
    store: str | None = None,
    shards: int | None = None,
    rebuild: bool = False,
    replace: bool = False,
) -> BuildReport:
    """Build the index of a folder or store of articles on the cluster of Ray at this address, or bring it up to date.

    store: the folder or object store of the index where it is not that of the settings, which then holds the encoder
    alone. Raises BadSetting for an address where no such cluster is, ModelMismatch, and what build_cluster raises.
    """
    check_name(settings.index)
    from qa.cluster.building.build import build_cluster  # late: an index of one machine needs no Ray
    from qa.cluster.building.on_ray import connected
    from qa.cluster.building.shared_articles import open_articles
    from qa.cluster.building.shared_store import SharedStore

    open_articles(articles).find()  # articles that cannot be indexed are refused before a minute of exporting
    place = SharedStore(store or str(settings.index.resolve()))
    with connected(address) as machines:
        prepare_encoder(settings, rebuild)
        _share_encoder(settings, place)
        return build_cluster(
            articles,
            place,
            machines,
            partial(open_shared_encoder, place),
            progress,
            shards=shards,
            rebuild=rebuild,
            replace_folder=replace,
        )


def _share_encoder(settings: Settings, store: SharedStore) -> None:
    """Put the encoder where all machines find it."""
    own = encoder_folder(settings.index)
    if store.folder == settings.index.resolve():
        return
    with store.workplace() as place:
        for path in sorted(own.iterdir()):
            (place / path.name).write_bytes(path.read_bytes())
        store.remove(own.name)
        store.publish(place, own.name)


def open_shared_encoder(store: SharedStore) -> OnnxEncoder:
    """Return the encoder in a store; raises IndexMissing and IndexCorrupt."""
    if store.folder is not None:
        return OnnxEncoder.open(encoder_folder(store.folder))
    with store.workplace() as place:
        target = encoder_folder(place)
        store.fetch_folder(target.name, target)
        return OnnxEncoder.open(target)
