"""The version that `conductor --version` prints, readable without any other import."""

VERSION = "0.1.0"
