"""What quotations cannot do: small talk gets a reply, and a request for more than quotations a note."""

from __future__ import annotations

import re

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

POLITE = (
    r"\W*(?:(?:please|now|then|and)\W+)*(?:(?:can|could|would|will) you (?:please )?|i (?:want|would like) you to )?"
)
# How such a request begins, what is not done of it, and what the quotations are instead.
LIMITS = tuple(
    (re.compile(POLITE + pattern, re.IGNORECASE), undone, instead)
    for pattern, undone, instead in (
        (
            r"(?:summar|sum up\b|tl;?dr|outline\b|fass\w* .*zusammen|résume"
            r"|(?:give|write|make|show)(?: me| us)? (?:an? |the )?(?:\w+ )?(?:summary|overview|gist))",
            "No summary is written here.",
            "These are quotations on the subject.",
        ),
        (
            r"(?:compare\b|contrast\b|vergleich|(?:what|which) (?:is|are) the differences?\b)",
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


def note_on(question: str, quoted: bool) -> str:
    """Return in one line what is not done here of what the question asks for; "" for an ordinary question.

    >>> note_on("Please translate the report.", quoted=False)
    'Nothing is translated here.'
    """
    for pattern, undone, instead in LIMITS:
        if pattern.match(question):
            return f"{undone} {instead}" if quoted else undone
    return ""
