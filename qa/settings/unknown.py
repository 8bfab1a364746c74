"""Variables that are no settings: an error where one looks like a misspelt setting, else a warning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.errors import BadSetting

# Letters in which a short and a long name may differ from a setting and still be taken for a misspelling of it.
SHORT_NAME_LETTERS = 5


def check_unknown(names: Iterable[str], known: Sequence[str], prefix: str) -> tuple[str, ...]:
    """Return a warning for each of these variables, which are not known.

    Raises BadSetting for one that is close to a setting, since whoever wrote it meant that setting.
    """
    warnings = []
    for name in sorted(names):
        meant = _closest(name.removeprefix(prefix), [one.removeprefix(prefix) for one in known])
        if meant is not None:
            raise BadSetting(f"{name} is not a setting. Did you mean {prefix}{meant}? Known: {', '.join(known)}.")
        warnings.append(f"{name} is not a setting and is ignored. Known: {', '.join(known)}.")
    return tuple(warnings)


def _closest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that differs from this one by a letter or a swap, or by two where both are long."""
    from rapidfuzz.distance import OSA  # late: most environments have no unknown variable

    near = [(OSA.distance(name.upper(), one), one) for one in known]
    close = [(distance, one) for distance, one in near if distance <= _slips(name, one)]
    return min(close)[1] if close else None


def _slips(name: str, known: str) -> int:
    return 1 if min(len(name), len(known)) <= SHORT_NAME_LETTERS else 2
