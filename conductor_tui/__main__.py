"""The `conductor` command."""
