"""The settings of one run."""

from __future__ import annotations

from qa.settings.settings import PREFIX, Settings, read_settings, variables

__all__ = ["PREFIX", "Settings", "read_settings", "variables"]
