"""The settings of one run: the environment's, with the options in their place."""

from __future__ import annotations

import os
from typing import Any

from qa.settings import Settings, read_settings


def settings_with(**options: Any) -> Settings:
    """Return the settings of the environment with the options that were given in place."""
    return read_settings(os.environ).with_options(**options)
