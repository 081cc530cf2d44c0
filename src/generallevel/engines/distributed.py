"""Streams across processes: each scores its own shard, and all of them read the score of the whole."""

from __future__ import annotations

from typing import Any

from generallevel.errors import InvalidInput, MissingExtra
from generallevel.scoring import Stream

__all__ = ["synced"]


def synced(stream: Stream, group: Any = None) -> Stream:
    """The stream of the items of all processes, from the stream of each: a collective call, which every process makes.

    Parameters
    ----------
    stream : Stream
        Of this process; it stays as it is, and may go on taking items.
    group : torch.distributed.ProcessGroup, optional
        By default all processes.

    Returns
    -------
    Stream
        The same in every process: the streams of all, merged in the order of their ranks, so that its score does not
        depend on who asks. Outside of a distributed run, a copy of the stream.

    Raises
    ------
    MissingExtra
        If PyTorch is not installed.
    InvalidInput
        If the processes do not score the same thing.
    DuplicateName
        If two processes report the same item as absent.

    Notes
    -----
    Streams travel pickled, through ``all_gather_object``: what is sent is one tally and the reasons, not the items. A
    sampler that repeats items, so that every process has as many (as ``DistributedSampler`` does by default), makes
    these items count twice: let it drop or leave the last ones uneven.

    Examples
    --------
    ::

        stream = Stream("psnr", data_range=255)
        for pred, ref in my_share:
            stream.add(pred, ref)
        whole = synced(stream).score()  # the same on every rank
    """
    try:
        import torch.distributed as dist
    except ImportError as slip:
        raise MissingExtra.of("torch", "neural", "a stream across processes") from slip
    if not isinstance(stream, Stream):
        raise InvalidInput(f"what is synced is a Stream, not {type(stream).__name__}; it is read after it is synced")
    empty = Stream(stream.metric, variant=stream.variant, keep_items=stream._kept is not None, **stream.params)
    empty.errors = stream.errors
    if not (dist.is_available() and dist.is_initialized()):
        return empty.merge(stream)
    parts: list[Any] = [None] * dist.get_world_size(group)
    dist.all_gather_object(parts, stream, group=group)
    total = empty
    for part in parts:
        total.merge(part)
    return total
