"""The language of an article or a question, by py3langid."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

DEFAULT = "en"
# How much of the content decides, and how much is needed to decide at all.
READ_CHARACTERS = 600
FEWEST_CHARACTERS = 40
# The languages that can be told apart reliably and that are written in sentences of their own rules.
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip
# The probability from which a question is in a language, and the one of all expected languages below which it is in
# none of them. Of 3,758 English questions, names and keywords included, no one is at 0.005 or below.
LIKELY, UNLIKELY = 0.5, 0.002


def find_language(content: str) -> str:
    """Return the two letters of the content's language; English for a text that is too short to tell.

    >>> find_language("Am Montag öffnet das Freibad wieder, sagte die Bürgermeisterin der Stadt.")
    'de'
    """
    sample = content[:READ_CHARACTERS]
    if sum(map(str.isalpha, sample)) < FEWEST_CHARACTERS and sample.isascii():
        return DEFAULT
    return str(_identifier().classify(sample)[0])


def find_foreign_language(question: str, expected: Collection[str]) -> str | None:
    """Return the two letters of a question's language where it is surely none of the expected ones.

    >>> find_foreign_language("Wie viele Menschen leben in Kiew?", {"en"})
    'de'
    >>> find_foreign_language("When was Gerhard Meidell Gerhardsen born?", {"en"}) is None
    True
    """
    ranked = _identifier().rank(question)
    likeliest, probability = ranked[0]
    others = sum(float(share) for language, share in ranked if language in expected)
    return str(likeliest) if probability >= LIKELY and others <= UNLIKELY else None


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
