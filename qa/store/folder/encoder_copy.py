"""An exported encoder copied from one index to another, which spares exporting it again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from qa.store.folder.layout import encoder_folder
from qa.store.folder.storage import rename, storing, write_file


def copy_encoder(source: Path, target: Path) -> None:
    """Copy the encoder of the index in ``source`` into the one in ``target``, where it is whole or not there.

    Raises StorageFailed.
    """
    folder = encoder_folder(target)
    with storing(f"the encoder in {folder}"):
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=target) as scratch:
            copy = Path(scratch) / folder.name
            copy.mkdir()
            for path in encoder_folder(source).iterdir():
                write_file(copy / path.name, path.read_bytes())
            rename(copy, folder)
