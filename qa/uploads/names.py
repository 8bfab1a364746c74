"""The names that a file may have when it comes from elsewhere: plain ones, which every system can store."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

from qa.errors import BadRequest
from qa.ingest.formats.reader import find_obstacle
from qa.ingest.formats.registry import ENDINGS, find_reader

NAME_BYTES = 200
NAME_SHOWN = 80

# Windows keeps these names for devices, with any ending.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
_RESERVED = frozenset('/\\:*?"<>|')
# Controls, format characters such as those that turn the direction of writing around, surrogates, line separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def plain_name(given: str) -> str:
    """Return the name in NFC; raises BadRequest with the reason where no file here may have it.

    >>> plain_name("Harvest 2022.txt")
    'Harvest 2022.txt'
    """
    name = unicodedata.normalize("NFC", given)
    reason = _find_fault(name)
    if reason is not None:
        raise BadRequest(f"{quoted(given)} cannot be the name of an article: {reason}.")
    return name


def quoted(name: str) -> str:
    """Return a name as a message shows it: in quotes, escaped, cut short.

    >>> quoted("../etc/passwd")
    "'../etc/passwd'"
    """
    return repr(name if len(name) <= NAME_SHOWN else f"{name[:NAME_SHOWN]}…")


def _find_fault(name: str) -> str | None:
    if not name.strip():
        return "it is empty"
    if len(name.encode("utf-8", "surrogatepass")) > NAME_BYTES:
        return f"it is longer than {NAME_BYTES} bytes"
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        return "it holds characters that cannot be seen"
    if found := sorted(_RESERVED & set(name)):
        return f"it holds {' '.join(found)}"
    if name[0] in ". ~" or name[-1] in ". ":
        return "it starts or ends with a dot or a space, or starts with a tilde"
    if _DEVICE.fullmatch(name):
        return "Windows keeps it for a device"
    return _find_fault_of_ending(name)


def _find_fault_of_ending(name: str) -> str | None:
    reader = find_reader(name)
    if reader is None:
        kinds = f"{', '.join(ENDINGS[:-1])} and {ENDINGS[-1]}"
        return f"{PurePath(name).suffix.lower() or 'no ending'} is no format of articles, which are {kinds}"
    return find_obstacle(reader)
