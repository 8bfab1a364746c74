"""Writing, locks and the pointer to the current generation."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import pytest

from qa.digests import FileDigest, hash_file
from qa.errors import IndexBusy, IndexCorrupt, IndexMissing, StorageFailed
from qa.store.folder.locks import open_for_reading, remove_unread, writer_lock
from qa.store.folder.manifest import Pointer, current_name, next_name, read_current
from qa.store.folder.storage import Output, remove, replace_file, storing, write_file


def test_output_tells_what_was_written(tmp_path: Path) -> None:
    with Output(tmp_path / "file") as output:
        output.write(b"one ")
        output.write(memoryview(b"two"))
    expected = FileDigest(7, hashlib.sha256(b"one two").hexdigest())
    assert output.digest == expected
    assert hash_file(tmp_path / "file") == expected
    assert (tmp_path / "file").read_bytes() == b"one two"


def test_output_goes_on_after_a_short_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = Output(tmp_path / "file")
    real = output._file

    class FakeShortFile:
        def write(self, content: memoryview) -> int:
            return real.write(content[:3])

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

    monkeypatch.setattr(output, "_file", FakeShortFile())
    with output:
        assert output.write(b"0123456789") == 10
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_replace_file_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_file(tmp_path / "current", b"old")

    def full(self: Output, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Output, "write", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(tmp_path / "current", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["current"]
    assert (tmp_path / "current").read_bytes() == b"old"


def test_replace_file_leaves_nothing_else(tmp_path: Path) -> None:
    replace_file(tmp_path / "current", b"old")
    replace_file(tmp_path / "current", b"new")
    assert (tmp_path / "current").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


def test_remove_takes_files_folders_and_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    write_file(tmp_path / "file", b"x")
    for name in ("folder", "file", "missing"):
        remove(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_storing_says_what_the_system_refused() -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with (
        pytest.raises(StorageFailed, match="Cannot store the index: No space left on device") as raised,
        storing("the index"),
    ):
        raise full
    assert raised.value.exit_code == 3


def test_second_writer_is_refused_at_once(tmp_path: Path) -> None:
    with writer_lock(tmp_path), pytest.raises(IndexBusy, match="is being written"), writer_lock(tmp_path):
        pass
    with writer_lock(tmp_path):
        pass


def test_file_is_not_removed_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(b"{}")
    held = open_for_reading(path)
    assert held is not None
    assert not remove_unread(path)
    held.close()
    assert remove_unread(path)
    assert not path.exists()
    assert remove_unread(path)


def test_current_comes_back_as_written(tmp_path: Path) -> None:
    current = Pointer("000012-0123456789ab", "0" * 64)
    replace_file(tmp_path / "current", current.encode())
    assert read_current(tmp_path) == current
    assert current_name(tmp_path) == "000012-0123456789ab"


def test_missing_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=f"No index in {tmp_path}. Build one with: qa index"):
        current_name(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"../../etc " + b"0" * 64 + b"\n", b"000001-0123456789ab\n"])
def test_damaged_pointer_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "current").write_bytes(content)
    with pytest.raises(IndexCorrupt, match="current is damaged"):
        current_name(tmp_path)


def test_next_name_counts_on_from_the_highest(tmp_path: Path) -> None:
    content = "fedcba9876543210"
    (tmp_path / "generations").mkdir()
    assert next_name(tmp_path, content) == "000001-fedcba987654"
    for name in ("000009-000000000000", "000010-000000000000", ".new", "notes"):
        (tmp_path / "generations" / name).mkdir()
    assert next_name(tmp_path, content) == "000011-fedcba987654"
