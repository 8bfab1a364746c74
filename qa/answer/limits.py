"""What quotations cannot do: small talk gets a reply, and a request that they do not meet a note."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.metadata.language import LANGUAGES, find_foreign_language
from qa.protocols import TextStore
from qa.search.question import Question
from qa.text.overviews import COMPARISON, POLITE, SUMMARY

# The share of a question's words that no article holds from which its language is looked at.
UNKNOWN_SHARE = 0.3

GREETING = r"(?:hello|hi|hey|hiya|greetings|good (?:morning|afternoon|evening|day))(?: there| all)?"
THANKS = (
    r"(?:thanks?|thank you|thx|cheers|ok(?:ay)?|great|nice|cool|perfect|bye|goodbye|see you)"
    r"(?: (?:you|a lot|so much|very much|again))?"
)
SELF = (
    r"(?:who|what) are you|what(?:['’]s| is) your name|what (?:can|do) you do|how are you(?: doing)?(?: today)?"
    r"|are you (?:an? )?(?:bot|robot|ai|human|real|chatgpt)|(?:can you )?help(?: me)?|test(?:ing)?"
    r"|how (?:does|do) (?:this|it|you) work|what is this"
)
CHITCHAT = re.compile(rf"(?:(?:{GREETING}|{THANKS}|{SELF})\W*)+", re.IGNORECASE)
ABOUT_SELF = re.compile(SELF, re.IGNORECASE)
ONLY_THANKS = re.compile(rf"(?:{THANKS}\W*)+", re.IGNORECASE)

HELP = (
    "This answers questions about the articles in exact quotations, each with its place. Ask for one thing in plain "
    "words, such as who, when, where, how many or why. A question can be limited to some articles or dates, and a "
    "follow-up may leave out what was said before. Nothing is written, summarised or translated here."
)
WELCOME = "Hello. Ask a question about the articles, in plain words: the answer is quoted from them."
NOT_AT_ALL = "You are welcome. Ask on whenever you like."

# How such a request begins, what is not done of it, and what the quotations are instead.
LIMITS = tuple(
    (re.compile(POLITE + pattern, re.IGNORECASE), undone, instead)
    for pattern, undone, instead in (
        (
            SUMMARY,
            "No summary is written here.",
            "These are quotations on the subject.",
        ),
        (
            COMPARISON,
            "Nothing is compared here.",
            "These are quotations to compare.",
        ),
        (
            r"(?:(?:list|name|enumerate|show|find|give)(?: me| us)? (?:all|every|each)\b|list the\b"
            r"|make (?:me )?an? (?:\w+ )?list\b)",
            "No complete list is made here.",
            "These are the nearest places, and there may be more.",
        ),
        (
            r"(?:translate|übersetz|tradui|traduc)",
            "Nothing is translated here.",
            "Quotations stay in the language of their article.",
        ),
        (
            r"(?:how (?:many|much)\b.*\b(?:in total|altogether|in all|overall)\b|count\b|add up\b)",
            "Nothing is counted or added up here.",
            "A total is quoted only where an article states it.",
        ),
        (
            r"(?:write|draft|compose|rewrite|rephrase|paraphrase)\b(?! to)",
            "No text is written here.",
            "These are quotations on the subject.",
        ),
    )
)


def reply_to(question: str) -> str | None:
    """Return the reply to a question that is nothing but small talk.

    >>> reply_to("thanks!"), reply_to("Who are you fighting for?")
    ('You are welcome. Ask on whenever you like.', None)
    """
    if CHITCHAT.fullmatch(question.strip()) is None:
        return None
    if ABOUT_SELF.search(question):
        return HELP
    return NOT_AT_ALL if ONLY_THANKS.fullmatch(question.strip()) else WELCOME


def note_on_language(question: Question, articles: TextStore) -> str:
    """Return in one line that the question is in another language than all articles, or "" where it is not.

    Only a question that the articles share few words with is looked at.
    """
    if question.unknown < UNKNOWN_SHARE:
        return ""
    languages = {article.language for article in articles.articles()}
    asked = find_foreign_language(question.text, languages)
    if asked is None:
        return ""
    names = sorted(LANGUAGES[language] for language in languages)
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"The question seems to be in {LANGUAGES[asked]}, and the articles are in {listed}."


def note_on_years(years: Sequence[str]) -> str:
    """Return in one line which years of the question the quotation does not meet, or "" for none."""
    if not years:
        return ""
    named = f"{' and '.join(years)} {'is' if len(years) == 1 else 'are'} named"
    return f"{named} neither in the first passage quoted nor in the title or date of its article."


def note_on(question: str, quoted: bool) -> str:
    """Return in one line what is not done here of what the question asks for; "" for an ordinary question.

    >>> note_on("Please translate the report.", quoted=False)
    'Nothing is translated here.'
    """
    for pattern, undone, instead in LIMITS:
        if pattern.match(question):
            return f"{undone} {instead}" if quoted else undone
    return ""
