"""Answers about a folder of articles, in exact quotations.

The Python API is ``open_index`` and the ``Index`` that it returns. Both are loaded when they are first used, so that
importing this package is quick and changes nothing in the process.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.index import Index, open_index

__all__ = ["Index", "open_index"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("qa.index"), name)
