"""Uploads of blueprints: the states that one goes through, and what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class UploadState(StrEnum):
    """How far an upload is, in the reference's words (semantics §5.5)."""

    PENDING = "pending"
    UPLOADING = "uploading"
    """A file's or folder's content is being copied."""
    EXTRACTING = "extracting"
    """An archive is being unpacked."""
    PARSING = "parsing"
    UPLOADED = "uploaded"
    """It is a blueprint now, whole."""
    FAILED_UPLOADING = "failed_uploading"
    FAILED_EXTRACTING = "failed_extracting"
    FAILED_PARSING = "failed_parsing"
    """Parsing did not come to its end."""
    INVALID = "invalid"
    """The blueprint has mistakes."""

    @property
    def is_under_way(self) -> bool:
        return self in FAILURES


FAILURES: Mapping[UploadState, UploadState] = {
    UploadState.PENDING: UploadState.FAILED_UPLOADING,
    UploadState.UPLOADING: UploadState.FAILED_UPLOADING,
    UploadState.EXTRACTING: UploadState.FAILED_EXTRACTING,
    UploadState.PARSING: UploadState.FAILED_PARSING,
}
"""State under way → what becomes of an upload that ends there without having succeeded."""

INTERRUPTED = "the upload was interrupted; upload the blueprint again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload that is under way or has failed; one that succeeded is a blueprint instead."""

    id: str
    """The id that the blueprint is to have."""
    state: UploadState
    error: str = ""
    """Why it failed; empty while it is under way."""
    source: str
    """The path as it was given."""
    scratch: str
    """Name of the folder that its content is collected in; whoever works on it holds the folder's lock."""
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What an upload has done so far."""

    state: UploadState
    files: int = 0
    size: int = 0
    """Bytes."""


Watch: TypeAlias = Callable[[Progress], None]
"""Is told of progress, also many times per second."""
