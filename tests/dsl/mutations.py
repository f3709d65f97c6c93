"""Small damages to a blueprint, as people and programs do them."""

from collections.abc import Callable, Sequence
from random import Random

VALUES = (
    "",
    "null",
    "~",
    "true",
    "-1",
    "0",
    "1e3",
    ".inf",
    "99999999999999999999",
    "[]",
    "{}",
    "[[]]",
    "[1, a]",
    "{a: 1}",
    "{get_input: x}",
    "{get_input: [x, {get_input: y}]}",
    "{get_property: [SELF, x]}",
    "{get_attribute: []}",
    "{concat: 1}",
    "{concat: [{get_secret: a}, {get_sys: [deployment, id]}]}",
    "{merge: [1]}",
    "{string_split: [a]}",
    "{get_input: a, type: nothing}",
    "'x'",
    "|\n    text",
    "*a",
    "&a x",
    "!!str 1",
    "!x y",
    "\u00e9",
    "\u2028",
    "a: b: c",
    "cloudify.nodes.Root",
    "cloudify.relationships.contained_in",
)


def mutated(text: str, random: Random) -> str:
    """Return the text with one to three damages."""
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        text = random.choice(_WAYS)(text or "\n", random)
    return text


def _drop_line(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    del lines[random.randrange(len(lines)) : random.randrange(len(lines)) + 1]
    return "".join(lines) or text


def _double_line(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    index = random.randrange(len(lines))
    return "".join([*lines[: index + 1], *lines[index:]])


def _swap_lines(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def _indent(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    index = random.randrange(len(lines))
    line = lines[index]
    lines[index] = random.choice((f"  {line}", line[2:], f"\t{line}"))
    return "".join(lines)


def _replace_value(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    places = [index for index, line in enumerate(lines) if ":" in line]
    if not places:
        return text
    index = random.choice(places)
    lines[index] = f"{lines[index].partition(':')[0]}: {random.choice(VALUES)}\n"
    return "".join(lines)


def _replace_key(text: str, random: Random) -> str:
    """Give a line the key of another one."""
    lines = text.splitlines(keepends=True)
    places = [index for index, line in enumerate(lines) if ":" in line]
    if not places:
        return text
    one, other = random.choice(places), random.choice(places)
    indent = lines[one][: len(lines[one]) - len(lines[one].lstrip(" -"))]
    key = lines[other].partition(":")[0].lstrip(" -")
    lines[one] = f"{indent}{key}:{lines[one].partition(':')[2]}"
    return "".join(lines)


def _drop_one_line(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    del lines[random.randrange(len(lines))]
    return "".join(lines) or text


def _replace_word(text: str, random: Random) -> str:
    words = text.split(" ")
    words[random.randrange(len(words))] = random.choice(VALUES)
    return " ".join(words)


def _swap_words(text: str, random: Random) -> str:
    words = text.split(" ")
    one, other = random.randrange(len(words)), random.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def _cut(text: str, random: Random) -> str:
    return text[: random.randrange(1, len(text) + 1)]


def _change_character(text: str, random: Random) -> str:
    index = random.randrange(len(text))
    return text[:index] + random.choice("{}[]:,&*!|>'\"%@`-# \n\tax1") + text[index + 1 :]


_WAYS: Sequence[Callable[[str, Random], str]] = (
    _drop_line,
    _double_line,
    _swap_lines,
    _indent,
    *[_replace_value] * 12,
    *[_replace_key] * 4,
    *[_drop_one_line] * 4,
    _replace_word,
    _swap_words,
    _cut,
    _change_character,
)
