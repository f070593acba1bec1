"""What the transfer panel says, in words: the line for all, each row's amount, a report of what failed. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path

from imagedesk.core.plain_text import plain
from imagedesk.models.text_format import count_text, duration_text, part_text, size_text
from imagedesk.transfers.transfer import Transfer, TransferKind, TransferState, TransferSummary


def downloaded_file(transfer: Transfer) -> Path | None:
    """The file that a download made, once it is there."""
    is_there = transfer.kind is TransferKind.DOWNLOAD and transfer.state is TransferState.DONE
    return transfer.target if is_there else None


def report_text(transfers: Sequence[Transfer]) -> str:
    """Name and reason of those that failed, a line each, for a mail or a ticket; empty if none did."""
    failed = [transfer for transfer in transfers if transfer.state is TransferState.FAILED]
    return "\n".join(f"{plain(transfer.name, 300)}: {plain(transfer.reason, 1000)}" for transfer in failed)


def title_text(summary: TransferSummary, running: Set[TransferKind] = frozenset()) -> str:
    """``Uploading 3 of 218``, by the kinds that run; at rest, what came of it."""
    if not summary.is_idle:
        verb = "Transferring"
        if len(running) == 1:
            verb = "Uploading" if TransferKind.UPLOAD in running else "Downloading"
        verb = "Paused" if summary.paused else verb
        position = min(summary.files, summary.finished + max(1, summary.running))
        return f"{verb} {count_text(position)} of {count_text(summary.files)}"
    parts = [f"{count_text(summary.done)} done"] if summary.done else []
    parts += [f"{count_text(summary.failed)} failed"] if summary.failed else []
    parts += [f"{count_text(summary.duplicate)} already here"] if summary.duplicate else []
    parts += [f"{count_text(summary.cancelled)} cancelled"] if summary.cancelled else []
    return ", ".join(parts)


def outcome_text(summary: TransferSummary, kinds: Set[TransferKind]) -> tuple[str, str]:
    """Title and sentence of a notification: ``38 files uploaded, 2 failed.``"""
    verb = "transferred"
    if len(kinds) == 1:
        verb = "uploaded" if TransferKind.UPLOAD in kinds else "downloaded"
    parts = [f"{count_text(summary.done)} file{'' if summary.done == 1 else 's'} {verb}"]
    parts += [f"{count_text(summary.failed)} failed"] if summary.failed else []
    parts += [f"{count_text(summary.duplicate)} already here"] if summary.duplicate else []
    parts += [f"{count_text(summary.cancelled)} cancelled"] if summary.cancelled else []
    title = "Transfers ended with failures" if summary.failed else "Transfers finished"
    return title, f"{', '.join(parts)}."


def pace_text(summary: TransferSummary) -> str:
    """``14.2 MB/s · 1 min left``, as far as it is known; how many failed meanwhile."""
    parts = [f"{count_text(summary.failed)} failed"] if summary.failed and not summary.is_idle else []
    if summary.speed >= 1:
        parts.append(f"{size_text(summary.speed)}/s")
    if summary.seconds_left is not None:
        parts.append(duration_text(summary.seconds_left))
    return " · ".join(parts)


def amount_text(transfer: Transfer) -> str:
    """How much of it is done, in words that fit a narrow column."""
    match transfer.state:
        case TransferState.RUNNING if transfer.total:
            return part_text(transfer.done, transfer.total)
        case TransferState.DONE:
            return size_text(transfer.total)
        case TransferState.WAITING:
            return "Waiting"
        case TransferState.PAUSED:
            return "Paused"
        case TransferState.CANCELLED:
            return "Cancelled"
        case _:
            return ""
