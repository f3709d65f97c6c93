"""The `conductor` command."""

import sys


def main() -> int:
    """Run the command line; `--version` is answered before anything else is imported."""
    if sys.argv[1:] == ["--version"]:
        from conductor_tui.cli.version import VERSION

        sys.stdout.write(f"conductor {VERSION}\n")
        return 0
    from conductor_tui.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
