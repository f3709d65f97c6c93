"""What the YAML library finds wrong with a text, in the words of somebody who writes one."""

from dataclasses import dataclass

from yaml import MarkedYAMLError
from yaml.error import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A mistake, where it is to be shown (both parts from 0), and what to change."""

    sentence: str
    hint: str
    line: int
    column: int


_GENERAL = "check the indentation and the quotes of this line and the one before"


def explain(error: MarkedYAMLError, text: str) -> Explanation:
    """Return what an error of the YAML library means."""
    lines = text.splitlines()
    line, column = _place(error, lines)
    written = lines[line] if line < len(lines) else ""
    sentence, hint = _words(error, written, column)
    return Explanation(sentence=sentence, hint=hint, line=line, column=column)


def _place(error: MarkedYAMLError, lines: list[str]) -> tuple[int, int]:
    """A mistake that shows at the end of the text is shown where that begins which does not end."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 0, 0
    if "".join(lines[mark.line :])[mark.column :].strip():
        return mark.line, mark.column
    begin = error.context_mark
    if begin is not None and "".join(lines[begin.line :])[begin.column :].strip():
        return begin.line, begin.column
    last = max((number for number, line in enumerate(lines) if line.strip()), default=0)
    return last, max(0, len(lines[last].rstrip()) - 1) if lines else 0


_SENTENCES = {
    "mapping values are not allowed in this context": (
        "a `:` stands here where no key can be",
        "check the indentation, put a space after each `:` above, and quote texts that contain `: `",
    ),
    "did not find expected '-' indicator": (
        "the list{since} goes on here without a `-`",
        "begin each item with `- `, and indent what belongs to it further",
    ),
    "did not find expected ',' or ']'": (
        "the `[`{since} is not closed before this",
        "close it with `]`, or put a comma before this",
    ),
    "did not find expected ',' or '}'": (
        "the `{{`{since} is not closed before this",
        "close it with `}`, put a comma before this, or give an inner mapping braces of its own",
    ),
    "did not find expected node content": (
        "a value is missing here",
        "write it, and check that each bracket is closed once",
    ),
    "found unexpected end of stream": ("the quote that begins here is not closed", "close the quote"),
    "found unknown escape character": (
        "a backslash in double quotes begins a special character, but not this one",
        "use single quotes, in which it is itself, or write it twice",
    ),
    "could not find expected ':'": (
        "no `:` follows what should be a key",
        "put `: ` after the key, or indent a text that goes on below the line that it goes on from",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot begin in the middle of a line",
        "begin it on a line of its own, below its key",
    ),
    "did not find expected alphabetic or numeric character": (
        "`*` and `&` begin the name of an anchor, but none follows",
        "put the text in quotes to mean the sign itself",
    ),
}
"""What the library says → what that means and what to do; `{since}` is where the thing begins."""


def _words(error: MarkedYAMLError, written: str, column: int) -> tuple[str, str]:
    problem, since = error.problem or "", _since(error.context_mark)
    char = written[column : column + 1]
    if problem == "found character that cannot start any token":
        return _odd_beginning(char)
    if problem == "did not find expected key":
        return _no_key(char, since, begins_line=not written[:column].strip())
    if problem in _SENTENCES:
        sentence, hint = _SENTENCES[problem]
        return sentence.format(since=since), hint
    context = f" {error.context}" if error.context else ""
    return f"{problem or 'this cannot be read'}{context}{since}", _GENERAL


def _no_key(char: str, since: str, *, begins_line: bool) -> tuple[str, str]:
    if char == "-":
        return f"an item of a list stands among the keys of the mapping{since}", "indent it below the key of its list"
    if begins_line:
        sentence = f"this line is indented like none of the keys of the mapping{since}"
        return sentence, "give it the indentation of the keys that it stands beside"
    return "something follows here after the end of a value", "put the whole value in quotes"


def _since(mark: Mark | None) -> str:
    return f" that begins in line {mark.line + 1}" if mark is not None else ""


def _odd_beginning(char: str) -> tuple[str, str]:
    if char == "\t":
        return "a tab cannot indent a line", "indent with spaces"
    return f"a text cannot begin with {'a backtick' if char == '`' else f'`{char}`'}", "put it in quotes"
