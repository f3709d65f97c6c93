"""Data becomes text that can neither steer the terminal nor be read as markup."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_tui.spans import LONGEST, safe


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("plain é 世界", "plain é 世界", id="printable text stays"),
        pytest.param("\x1b[31mred", "␛[31mred", id="escape becomes a picture"),
        pytest.param("a\r\nb\tc", "a␍␊b c", id="line ends become pictures and a tab a space"),
        pytest.param("\x7f\x9b2J", "␡�2J", id="delete and C1 controls are replaced"),
        pytest.param("a\u202eb\u200bc\ufeff", "a�b�c�", id="bidi and zero-width characters are replaced"),
        pytest.param("a\u00a0b", "a b", id="a no-break space is a space"),
        pytest.param("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]", id="brackets stay brackets"),
        pytest.param("\ud800", "�", id="a lone surrogate is replaced"),
    ],
)
def test_safe_text(raw: str, shown: str) -> None:
    assert shown == safe(raw)


@given(st.text())
def test_safe_text_is_printable_whatever_comes(text: str) -> None:
    assert safe(text).isprintable()


def test_a_megabyte_is_cut_and_counted() -> None:
    shown = safe("x" * 1_000_000)

    assert shown == "x" * LONGEST + f"… {1_000_000 - LONGEST} more characters"
