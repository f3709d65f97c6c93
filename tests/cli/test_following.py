"""What is said at the end of a failed execution."""

from conductor_tui.cli.following import MOST_REASONS, first_words


def test_a_reason_is_shown_without_its_trace() -> None:
    error = 'ValueError: the disk is gone\nTraceback (most recent call last):\n  File "x.py", line 1, in f\nValueError'

    assert "ValueError: the disk is gone" == first_words(error)


def test_of_many_reasons_the_first_are_shown() -> None:
    error = "\n".join(f"- operation {number} failed" for number in range(100))

    assert error.split("\n")[:MOST_REASONS] == first_words(error).split("\n")


def test_a_reason_of_one_sentence_is_shown_as_it_is() -> None:
    assert "no space left" == first_words("no space left")
