"""The collections of a site in words for those who may ask it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from qa.collections.states import CollectionState
from qa.settings import Settings
from qa.store.folder.manifest import recorded_folder
from web.site import Site


def describe_collections(site: Site) -> Iterator[CollectionState]:
    """Yield how each collection of the site is, in their order; the first one is asked where none is named."""
    for one in site.collections:
        yield msgspec.structs.replace(one.state(), folder=folder_name(one.settings))


def folder_name(settings: Settings) -> str:
    """Return the folder that an index was built from, as a path only where this machine alone can ask."""
    folder = recorded_folder(settings.index) or settings.articles
    return folder.name if settings.token or settings.url else str(folder)
