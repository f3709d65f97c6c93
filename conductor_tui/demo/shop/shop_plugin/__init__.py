"""The shop's operations and workflows that are written in Python."""
