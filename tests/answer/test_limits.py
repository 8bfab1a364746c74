import pytest

from qa.answer.limits import HELP, NOT_AT_ALL, WELCOME, note_on, reply_to


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("Hello!", WELCOME),
        ("thanks", NOT_AT_ALL),
        ("Thank you very much.", NOT_AT_ALL),
        ("ok, bye", NOT_AT_ALL),
        ("help", HELP),
        ("What can you do?", HELP),
        ("Hello, who are you?", HELP),
        ("How does this work?", HELP),
        ("Who are you fighting for?", None),
        ("Who helps deserters?", None),
        ("Is the treasurer ok?", None),
        ("What is this law about?", None),
    ],
)
def test_small_talk_gets_a_reply(words: str, reply: str | None) -> None:
    assert reply_to(words) == reply


@pytest.mark.parametrize(
    ("question", "undone"),
    [
        ("Summarise the inquiry", "No summary is written here."),
        ("Could you please summarize what happened?", "No summary is written here."),
        ("Give me a short overview of the trial.", "No summary is written here."),
        ("Fass den Bericht zusammen", "No summary is written here."),
        ("Compare the deficit in 2025 and 2026", "Nothing is compared here."),
        ("What is the difference between the two laws?", "Nothing is compared here."),
        ("List all people quoted", "No complete list is made here."),
        ("Please show me every article about tax.", "No complete list is made here."),
        ("Translate the letter into French", "Nothing is translated here."),
        ("How many people died in total?", "Nothing is counted or added up here."),
        ("Count the inspections.", "Nothing is counted or added up here."),
        ("Write an article about the fire", "No text is written here."),
        ("How many people died?", ""),
        ("Who wrote the summary?", ""),
        ("What did the total cost?", ""),
        ("What does the report compare?", ""),
        ("Who translated the book?", ""),
        ("Write to whom?", ""),
    ],
)
def test_what_is_not_done_is_said_in_one_line(question: str, undone: str) -> None:
    assert note_on(question, quoted=False) == undone
    assert note_on(question, quoted=True).startswith(undone)
    assert note_on(question, quoted=True).count(". ") == (1 if undone else 0)
