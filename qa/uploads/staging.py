"""The folder inside the folder of articles where a change is prepared, and the steps that make it visible."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import QAError, StorageFailed
from qa.store.folder.storage import remove, rename, sync_folder

# Hidden, so that no build reads what is in it.
STAGING = ".qa-incoming"
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


class ChangeBusy(QAError):
    """The folder of articles is being changed by another request or process."""

    exit_code = 3


class NotStored(QAError):
    """The operating system refused to change the folder of articles; it is as it was."""

    exit_code = 3


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Hold the lock on changes of this folder and yield the staging folder, empty; it is removed at the end.

    What a change that was cut short left there is removed first. Raises ChangeBusy at once when another change is under
    way, and NotStored for an error of the operating system in the block.
    """
    with storing():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _lock(descriptor)
            place = folder / STAGING
            remove(place)
            place.mkdir(mode=0o700)
            try:
                yield place
            finally:
                remove(place)
        finally:
            os.close(descriptor)


def clear_staging(folder: Path) -> None:
    """Remove what a change that was cut short left in the folder, unless a change is under way now."""
    if (folder / STAGING).exists():
        try:
            with staging(folder):
                pass
        except ChangeBusy:
            return


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ChangeBusy("The articles are being changed just now. Try again in a moment.") from error


@contextmanager
def storing() -> Iterator[None]:
    """Turn an error of the operating system in this block into NotStored, in words that name no path."""
    try:
        yield
    except OSError as error:
        raise _not_stored(error) from error
    except StorageFailed as error:
        raise _not_stored(error.__cause__) from error


def _not_stored(error: BaseException | None) -> NotStored:
    number = error.errno if isinstance(error, OSError) else None
    reason = os.strerror(number or errno.EIO).lower()
    return NotStored(f"Nothing was changed, because the disk refuses: {reason}.")


def move_in(source: Path, target: Path) -> None:
    """Give a file that is whole and on disk its name; raises FileExistsError where that name is taken."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from error
        rename(source, target)
        return
    source.unlink()
    sync_folder(target.parent)
