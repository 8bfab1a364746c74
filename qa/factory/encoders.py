"""The encoder of an index: opened, copied from the index of another collection, or exported from the model."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from qa.encode.card import CARD, read_card
from qa.encode.encoder import OnnxEncoder
from qa.encode.model import model_name
from qa.errors import IndexCorrupt, IndexMissing, ModelMismatch, StorageFailed
from qa.settings import Settings
from qa.settings.collections import indexes_beside
from qa.store.folder.encoder_copy import copy_encoder
from qa.store.folder.layout import encoder_folder


def prepare_encoder(settings: Settings, rebuild: bool) -> OnnxEncoder:
    """Return the encoder of the index, which is put there first where it is missing or ``rebuild`` asks for it."""
    folder = encoder_folder(settings.index)
    if has_encoder(settings) and not rebuild:
        check_model(read_card(folder).name, settings)
    elif (lender := None if rebuild else _index_to_copy_from(settings)) is not None:
        copy_encoder(lender, settings.index)
    else:
        from qa.encode.export import export  # loads torch

        export(settings.model, folder)
    return OnnxEncoder.open(folder)


def has_encoder(settings: Settings) -> bool:
    """Return whether the index has an encoder."""
    return (encoder_folder(settings.index) / CARD).exists()


def check_name(index: Path) -> None:
    """Raise StorageFailed for a folder whose name is no UTF-8, which the libraries of the index cannot open."""
    try:
        str(index).encode()
    except UnicodeEncodeError as error:
        raise StorageFailed(
            f"Cannot keep an index in {str(index)!a}: the name is no UTF-8. Choose another folder with QA_INDEX."
        ) from error


def check_model(name: str, settings: Settings) -> None:
    """Raise ModelMismatch for an encoder of another model than that of the settings."""
    wanted = model_name(settings.model)
    if name != wanted:
        raise ModelMismatch(
            f"The index in {settings.index} was built by {name}, and the model now is {wanted}. "
            "Set QA_MODEL back, or build again with: qa index --rebuild"
        )


def _index_to_copy_from(settings: Settings) -> Path | None:
    """Return the index of another collection whose encoder is whole and of the model of the settings."""
    for index in () if settings.collection is None else indexes_beside(settings.index):
        with suppress(IndexMissing, IndexCorrupt):
            if read_card(encoder_folder(index)).name == model_name(settings.model):
                return index
    return None
