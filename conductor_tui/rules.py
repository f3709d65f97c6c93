"""The rules of looks, parsed anew only when a colour has changed."""

from textual.css.stylesheet import Stylesheet


class Rules(Stylesheet):
    """Textual parses all rules again whenever it opens a screen, which takes longer than all else that it does then."""

    _is_outdated = False

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            super().set_variables(variables)
            self._is_outdated = True

    def reparse(self) -> None:
        if self._is_outdated:
            super().reparse()
            self._is_outdated = False
