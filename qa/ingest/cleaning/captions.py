"""Captions that are recognised by their words."""

from __future__ import annotations

import re

from qa.ingest.cleaning.phrases import compile_phrases
from qa.text.lines import Line

CAPTION_WORDS = 90
# In longer lines, a credit in brackets does not make a caption.
CREDITED_WORDS = 45

_SIGN = re.compile(
    r"photo|image|pictur|getty|reuters|afp|seen here|shutterstock|caption|this still|/ ?ap|ap\)|alamy|unsplash|istock"
)
_START = compile_phrases(
    r"""
    (?:image|media|photo|picture|video) ?(?:caption|credit|source)?\b ?[:,]
    (?:image|media) caption\b
    file (?:photo|image|picture)\b
    pictured\b
    in (?:this|an?) (?:[\w,]+ ){0,4}(?:file )?(?:photo|image|picture|photograph)\b
    this (?:still|photo|image|picture|photograph|handout)\b(?: \w+){0,12} (?:shows?|released|provided|courtesy)
    """
)
_END = re.compile(
    r"(?:getty images|ap photo|shutterstock|alamy(?: stock photo)?|istock|unsplash|file photo|file image|/ ?afp|via ap"
    r"|via reuters|/ ?reuters|reuters/[\w .]+|/ ?ap)[\w ./]{0,30}\)?\.?$"
)
_INSIDE = re.compile(
    r"\((?:ap photo|photo|image|picture|pictured|file photo|photo by|image credit|afp|reuters|getty)\b[^)]*\)?|"
    r"\bphoto(?:graph)? ?(?:by|credit|courtesy)\b|\bseen here\b|\b(?:photo|image|picture)(?: credit)?: "
)
# An agency behind the place at the start of an article, and not behind a description.
_DATELINE = re.compile(r"[^.!?]{2,60}\((?:ap|afp|reuters|dpa|upi)\) ?[-–—] ")


def is_caption(line: Line) -> bool:
    """Tell whether a line describes a picture: it credits a photographer or agency, or says "pictured"."""
    folded = line.folded
    if not _SIGN.search(folded) or line.rough_words > CAPTION_WORDS or _DATELINE.match(folded):
        return False
    if _START.match(folded) or _END.search(folded):
        return True
    return line.rough_words <= CREDITED_WORDS and _INSIDE.search(folded) is not None
