"""Files as arrays that are read from the disk as they are touched."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def map_file(path: Path, kind: Any) -> NDArray[Any]:
    """Return the whole of a file as an array of this type.

    Not np.memmap, which imports a module at its first use: that must not have to be found in the middle of a build.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            return np.empty(0, kind)
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), kind)


def file_under(array: NDArray[Any]) -> mmap.mmap | None:
    """Return the mapped file that an array lies in, None for an array in memory."""
    owner: Any = array
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    return owner if isinstance(owner, mmap.mmap) else None


def will_read(file: mmap.mmap, start: int, end: int) -> None:
    """Have the system fetch these bytes from the disk, without waiting for them.

    A reader that names many places before the first read does not wait for each of them alone.
    """
    if hasattr(file, "madvise"):
        page = start // mmap.PAGESIZE * mmap.PAGESIZE
        file.madvise(mmap.MADV_WILLNEED, page, end - page)
