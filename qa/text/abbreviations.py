"""Full stops that do not end a sentence, beyond those that sentencex knows."""

from __future__ import annotations

import re

# How many characters before a full stop show whether it ends a sentence.
CONTEXT_CHARACTERS = 40

_JOINED = re.compile(r"[&+] ?[^\W\d_]{1,8}\.$")
_INITIAL = re.compile(r"(?:^|[\s(«“„])[^\W\d_a-z]\.$")
_ORDINALS = {
    "de": re.compile(
        r"\b(?:[Dd](?:er|ie|as|em|en|es)|[Aa]m|[Zz]u[mr]|[Ii]m|[Vv]om|[Bb]eim|[Aa]b|[Bb]is|[Ss]eit|[Kk]ein(?:e[nrms]?)?"
        r"|[Jj]ede[rnms]?|[Ii]hre?[nrms]?|[Ss]eine?[nrms]?|[Nn]ach|[Vv]or|[Uu]nd|[Vv]on) \d{1,3}\.$"
    ),
    "da": re.compile(r"\b(?:[Dd]en|[Dd]et|[Dd]e|[Ff]ra|[Tt]il|[Oo]g) \d{1,3}\.$"),
}
_WORDS = {
    "de": "abs anm art aufl bd bez bsp bzgl bzw ca ebd einschl etc evtl exkl fr geb gegr gem ggf gest hr hrsg inkl"
    " jh jhd kath max min mio mrd nr pers prof rd s sog st std str tel usw vgl vorm zzgl",
    "fr": "adj apr art av bd bibl boul cf ch coll dr env ex fig hab me mgr mlle mm mme p pp prof rd st ste tél vol",
    "es": "adm aprox art avda cap cía dr dra d dña ed etc excmo fig gral ing lic núm pág prof sr sra sres srta sto"
    " tel ud uds vol",
    "it": "art avv ca cap dott dr ecc ed fig gen ing on pag prof sig sigg tel vol",
    "pt": "adm aprox art av cap dr dra ed eng etc exmo fig núm pág prof sr sra srs tel vol",
    "nl": "art blz bijv ca dhr dr drs enz evt ing jhr mevr min mr nl nr ong p prof resp st tel vgl",
}
_ABBREVIATIONS = {
    language: re.compile(rf"(?:^|[\s(«“„])(?:{'|'.join(words.split())})\.$", re.IGNORECASE)
    for language, words in _WORDS.items()
}
# Languages in which a single capital with a full stop is an initial, whatever follows.
_INITIAL_LANGUAGES = frozenset((*_WORDS, "da", "no", "sv", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk", "bg", "sr"))
_CLOCK = re.compile(r"\b[ap]\.m\.$")
_AFTER_CLOCK = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:ET|EST|EDT|GMT|UTC|BST|CET|PT|local)\b")


def ends_in_abbreviation(piece: str, start: int, end: int, language: str) -> bool:
    """Tell whether the text up to end, white space included, ends in a full stop that does not end the sentence."""
    before = piece[max(start, end - CONTEXT_CHARACTERS) : end].rstrip()
    if not before.endswith("."):
        return False
    if _JOINED.search(before) or (_CLOCK.search(before) and _AFTER_CLOCK.match(piece, end)):
        return True
    if language in _INITIAL_LANGUAGES and _INITIAL.search(before):
        return True
    ordinal = _ORDINALS.get("da" if language in ("da", "no") else language)
    if ordinal is not None and ordinal.search(before):
        return True
    words = _ABBREVIATIONS.get(language)
    return words is not None and words.search(before) is not None
