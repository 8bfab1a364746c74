"""Full stops that do not end a sentence, beyond those that sentencex knows."""

from __future__ import annotations

import re

# How many characters before a full stop show whether it ends a sentence.
CONTEXT_CHARACTERS = 40

_JOINED = re.compile(r"[&+] ?[^\W\d_]{1,8}\.$")
_INITIAL = re.compile(r"(?:^|[\s(«“„])(?:[^\W\d_a-z]\.-)?[^\W\d_a-z]\.$")
_ORDINALS = {
    "de": re.compile(
        r"\b(?:[Dd](?:er|ie|as|em|en|es)|[Aa]m|[Zz]u[mr]|[Ii]m|[Vv]om|[Bb]eim|[Aa]b|[Bb]is|[Ss]eit|[Kk]ein(?:e[nrms]?)?"
        r"|[Jj]ede[rnms]?|[Ee]in(?:e[nrms]?)?|[Ii]hre?[nrms]?|[Ss]eine?[nrms]?|[Nn]ach|[Vv]or|[Uu]nd|[Vv]on) \d{1,3}\.$"
    ),
    "da": re.compile(r"\b(?:[Dd]en|[Dd]et|[Dd]e|[Ff]ra|[Tt]il|[Oo]g) \d{1,3}\.$"),
}
_WORDS = {
    "de": r"abs abzw anm art aufl az bd bez bsp bzgl bzw ca dipl dipl\.-ing ebd einschl etc evtl exkl fa fr geb gegr"
    r" gem ggf gest hr hrsg inkl jh jhd kath max min mio mrd nr pers prof rd rn s sog st std str tel urt usw vgl vorm"
    r" zzgl",
    "fr": "adj apr art av bd bibl boul cf ch coll dr env ex fig hab me mgr mlle mm mme p pp prof rd st ste tél vol",
    "es": "adm aprox art avda cap cía dr dra d dña ed etc excmo fig gral ing lic núm pág prof sr sra sres srta sto"
    " tel ud uds vol",
    "it": "art avv ca cap dott dr ecc ed fig gen ing on pag prof sig sigg tel vol",
    "pt": "adm aprox art av cap dr dra ed eng etc exmo fig núm pág prof sr sra srs tel vol",
    "nl": "art blz bijv ca dhr dr drs enz evt ing jhr mevr min mr nl nr ong p prof resp st tel vgl",
    "da": r"bl\.a ca dvs f\.eks hr inkl jf kap kl maks nr pkt stk tlf vedr",
    "no": r"bl\.a ca dvs f\.eks hr inkl jf kap kl maks nr pkt stk tlf vedr",
    "sv": r"bl\.a ca dvs ev inkl kap kl max nr osv resp st t\.ex tel",
    "pl": r"al art dr godz hab im inż ks kpt lek m\.in mgr min mec np nr ok os pl pok pos prof red rozdz ul św"
    " tel tj tzw ust zob",
    "cs": "č čl doc dr inž kap mgr mj např nám obr odst okr prof resp st str sv tel tis tj tzn tzv ul",
    "sk": "č čl doc dr inž kap mgr napr nám obr odst okr prof resp st str sv tel tis tj tzv ul",
}
# What stands before a number only: "approx. 40 boats", "à 9 h. 30".
_BEFORE_NUMBERS = {
    "en": "appr approx art c ca cap ch cl cll cf est ex fig figs fol max min no nos nr p para paras pp pt reg s sec"
    " sect ss tel vol vols",
    "fr": "h",
    "it": "n",
}
_ABBREVIATIONS = {
    language: re.compile(rf"(?:^|[\s(«“„'’])(?:{'|'.join(words.split())})\.$", re.IGNORECASE)
    for language, words in _WORDS.items()
}
_NUMBERED = {
    language: re.compile(rf"(?:^|[\s(«“„\[])(?:{'|'.join(words.split())})\.$", re.IGNORECASE)
    for language, words in _BEFORE_NUMBERS.items()
}
_DIGIT = re.compile(r"[$€£]?\d")
# Languages in which a single capital with a full stop is an initial, whatever follows.
_INITIAL_LANGUAGES = frozenset((*_WORDS, "fi", "hu", "ro", "ru", "uk", "bg", "sr"))
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
    if words is not None and words.search(before):
        return True
    numbered = _NUMBERED.get(language)
    return numbered is not None and _DIGIT.match(piece, end) is not None and numbered.search(before) is not None
