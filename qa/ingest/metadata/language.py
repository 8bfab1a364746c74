"""The language of an article, by py3langid, from the beginning of its content."""

from __future__ import annotations

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

DEFAULT = "en"
# How much of the content decides, and how much is needed to decide at all.
READ_CHARACTERS = 600
FEWEST_CHARACTERS = 40
# The languages that can be told apart reliably and that are written in sentences of their own rules.
LANGUAGES = (
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip


def find_language(content: str) -> str:
    """Return the two letters of the content's language; English for a text that is too short to tell.

    >>> find_language("Am Montag öffnet das Freibad wieder, sagte die Bürgermeisterin der Stadt.")
    'de'
    """
    sample = content[:READ_CHARACTERS]
    if sum(map(str.isalpha, sample)) < FEWEST_CHARACTERS and sample.isascii():
        return DEFAULT
    return str(_identifier().classify(sample)[0])


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(LANGUAGES)
    return identifier
