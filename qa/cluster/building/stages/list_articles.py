"""The articles of the generation before, which an update is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from qa.cluster.building.shared_store import SharedStore
from qa.store.folder.layout import generation_folder
from qa.store.folder.manifest import Pointer
from qa.store.texts.fingerprints import article_digests


@dataclass(frozen=True, slots=True)
class ListArticles:
    """The stage: a shard to the digests of its articles by their ids."""

    store: SharedStore

    def __call__(self, shard: Pointer) -> dict[str, str]:
        """Read the ids and digests of the shard's own articles."""
        with self.store.workplace() as place:
            path = generation_folder(place, shard.name).text
            return article_digests(self.store.fetch(path.relative_to(place).as_posix(), place))
