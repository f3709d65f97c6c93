"""A table that holds a window of very many rows and asks for the next ones at its edges."""

from textual.message import Message

from conductor_tui.widgets.table import Table


class WindowTable(Table):
    """Rows `first_row` and following of `total`; the cursor stays on its key when the window moves."""

    class Wanted(Message):
        """Another window is to be shown."""

        def __init__(self, offset: int, *, to_end: bool = False) -> None:
            self.offset, self.to_end = offset, to_end
            super().__init__()

    first_row = 0
    total = 0
    is_limited = False
    """A filter or an order holds for the window alone, so that moving it on would mislead."""

    @property
    def is_whole(self) -> bool:
        return self.total <= len(self.rows)

    def action_move(self, step: int) -> None:
        self._ask(step)
        super().action_move(step)

    def action_page(self, share: float) -> None:
        self._ask(int(share * max(2, self.size.height - 1)))
        super().action_page(share)

    def action_top(self) -> None:
        if self.first_row and self._may_move:
            self.post_message(self.Wanted(0))
        else:
            super().action_top()

    def action_bottom(self) -> None:
        if self.first_row + len(self.rows) < self.total and self._may_move:
            self.post_message(self.Wanted(self.total - len(self.rows), to_end=True))
        else:
            super().action_bottom()

    @property
    def _may_move(self) -> bool:
        return not self.filter and not self.is_limited

    def _ask(self, step: int) -> None:
        """Ask for the window around the cursor where a step goes beyond this one."""
        place, size = self._cursor + step, len(self.rows)
        is_beyond = place >= size and self.first_row + size < self.total
        is_before = place < 0 and self.first_row > 0
        if self._may_move and (is_beyond or is_before):
            wanted = max(0, min(self.first_row + self._cursor - size // 2, self.total - size))
            self.post_message(self.Wanted(wanted))
