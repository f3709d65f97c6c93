"""The `conductor` command."""

import sys

TYPE_CHECKING = False  # the real one takes longer to import than --version takes to answer
if TYPE_CHECKING:
    from engine.conductor import Conductor


def main() -> int:
    """Run the command line; `--version` is answered before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        from conductor_tui.cli.version import VERSION

        sys.stdout.write(f"conductor {VERSION}\n")
        return 0
    from conductor_tui.cli.main import run

    return run(sys.argv[1:], cockpit=_cockpit)


def _cockpit(conductor: "Conductor", is_read_only: bool) -> int:
    import gc

    gc.disable()  # until the cockpit is ready: what is imported stays, and to look through it delays the first picture
    from conductor_tui.opening import run

    return run(conductor, name=conductor.home.root.name, home=conductor.home.root, is_read_only=is_read_only)


if __name__ == "__main__":
    sys.exit(main())
