"""Files inside a ZIP archive, within bounds: office documents and books are such archives."""

from __future__ import annotations

import io
import zipfile
import zlib

from qa.ingest.formats.decoding import Undecodable

ZIP_MARK = b"PK\x03\x04"
# How many files an archive may have, how much they may hold unpacked, and how much more than packed.
MEMBERS = 10_000
UNPACKED_BYTES = 64 * 1024 * 1024
RATIO = 200
SMALL_BYTES = 10_000


class Archive:
    """A ZIP archive in memory; raises Undecodable for one that is damaged, encrypted or larger than the bounds."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            members = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Undecodable("a damaged archive") from error
        total = sum(member.file_size for member in members)
        bounded = len(members) <= MEMBERS and total <= min(UNPACKED_BYTES, RATIO * max(len(content), SMALL_BYTES))
        if not bounded:
            raise Undecodable(f"an archive that unpacks to {total:,} bytes in {len(members):,} files")
        if any(member.flag_bits & 1 for member in members):
            raise Undecodable("encrypted")
        self.names = frozenset(member.filename for member in members)

    def read(self, name: str) -> bytes:
        """Return a file of the archive, b"" where there is none."""
        if name not in self.names:
            return b""
        try:
            with self._zip.open(name) as member:
                content = member.read(UNPACKED_BYTES + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            OSError,
            NotImplementedError,
            EOFError,
            RuntimeError,
        ) as error:
            raise Undecodable("a damaged archive") from error
        if len(content) > UNPACKED_BYTES:
            raise Undecodable("an archive that unpacks to more than 64 MiB")
        return content


def find_names(content: bytes) -> frozenset[str]:
    """Return the names in an archive, none for other bytes."""
    if not content.startswith(ZIP_MARK):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset(archive.namelist()[:MEMBERS])
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return frozenset()
