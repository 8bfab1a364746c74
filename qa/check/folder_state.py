"""Whether the folder of articles is still the one that the index was built from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from qa.ingest.inventory import take_inventory
from qa.settings import Settings
from qa.store.folder.manifest import recorded_folder
from qa.store.folder.scan_record import read_scan_record
from qa.text.counts import counted


@dataclass(frozen=True, slots=True)
class FolderState:
    """What changed in the folder since the index was built from it, by path.

    ``missing``: the folder is not there. ``recorded`` is false where the index does not say which files it was built
    from, so that nothing is known of changes.
    """

    folder: Path
    missing: bool = False
    recorded: bool = True
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Return whether the index holds the files as they are."""
        return not self.missing and self.recorded and not (self.new or self.changed or self.removed)

    def describe(self) -> str:
        """Return how the folder differs from the index, in a sentence.

        >>> FolderState(Path("/news"), new=("a.txt",), removed=("b.txt", "c.txt")).describe()
        'The index is not up to date with /news: 1 file new, 0 changed, 2 removed.'
        """
        if self.missing:
            return f"The folder of the articles, {self.folder}, is not there."
        if not self.recorded:
            return f"The index does not say which files of {self.folder} it was built from."
        return f"The index is not up to date with {self.folder}: {self.describe_changes()}."

    def describe_changes(self) -> str:
        """Return how many files are new, changed and removed."""
        return f"{counted(len(self.new), 'file')} new, {len(self.changed):,} changed, {len(self.removed):,} removed"


def read_folder_state(index_folder: Path) -> FolderState | None:
    """Return the state of the folder that the index was built from, None where no index names a folder."""
    folder = recorded_folder(index_folder)
    if folder is None:
        return None
    if not folder.is_dir():
        return FolderState(folder, missing=True)
    record = read_scan_record(index_folder)
    if record is None:
        return FolderState(folder, recorded=False)
    now, then = take_inventory(folder, index_folder), record.files
    return FolderState(
        folder,
        new=tuple(sorted(now.keys() - then.keys())),
        changed=tuple(sorted(path for path in now.keys() & then.keys() if now[path] != then[path])),
        removed=tuple(sorted(then.keys() - now.keys())),
    )


def with_folder_of_index(settings: Settings) -> Settings:
    """Return the settings with the folder that their index was built from, where they name no folder of articles."""
    folder = None if "articles" in settings.origins else recorded_folder(settings.index)
    if folder is None:
        return settings
    return replace(settings, articles=folder, origins={**settings.origins, "articles": "index"})
