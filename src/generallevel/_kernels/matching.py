"""Matching: which detection takes which reference.

The rule is the greedy one of COCO: detections choose in order of confidence, and each takes the reference that it
overlaps most among those that are free. That is the stable matching between detections and references that all rank
detections alike, of which there is exactly one; so it need not be found one detection after another. All choose at
once, each reference keeps its surest suitor, and who was turned down tries the next: a handful of rounds settles all
images, classes and thresholds together.

Source: Lin et al. (2014), arXiv 1405.0312 (the protocol); Gale & Shapley (1962), doi:10.2307/2312726 (the rounds).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["greedy", "match", "runs"]

NONE = -1  # no reference
ALMOST = 1 - 1e-10  # what an overlap must reach where the threshold is 1, as in pycocotools

Places: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


def runs(counts: NDArray[np.intp]) -> Places:
    """The numbers 0 to count - 1 of each count, one run after another.

    >>> runs(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    places: Places = np.arange(total) - np.repeat(ends - counts, counts)
    return places


def greedy(suitors: Places, chosen: Places, shared: Flags, n_suitors: int) -> Places:
    """The candidate that each suitor ends with.

    Parameters
    ----------
    suitors : ndarray of int, shape (m,)
        Who may take what: the suitor of each candidate pair, ascending. A suitor of a lower number goes first.
    chosen : ndarray of int, shape (m,)
        The thing of each pair; for one suitor, the most wanted first.
    shared : ndarray of bool, shape (things,)
        Things that any number of suitors may take.
    n_suitors : int
        How many suitors there are.

    Returns
    -------
    ndarray of int, shape (n_suitors,)
        The place in ``chosen`` of what each suitor took; -1 for none.

    Examples
    --------
    Both want thing 0; the first gets it, and the second has to take thing 1.

    >>> greedy(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([False, False]), 2).tolist()
    [0, 2]
    """
    ends = np.searchsorted(suitors, np.arange(n_suitors), side="right")
    at = np.searchsorted(suitors, np.arange(n_suitors), side="left")
    holders = np.full(len(shared), n_suitors, dtype=np.intp)
    asking = np.flatnonzero(at < ends)
    while asking.size:
        things = chosen[at[asking]]
        contested = ~shared[things]
        asking, things = asking[contested], things[contested]
        before = holders[things]
        np.minimum.at(holders, things, asking)
        after = holders[things]
        refused = asking[after != asking]
        ousted = np.unique(before[(before != after) & (before < n_suitors)])
        asking = np.concatenate([refused, ousted])
        at[asking] += 1
        asking = asking[at[asking] < ends[asking]]
    return np.where(at < ends, at, NONE)


def match(
    dets: Places,
    refs: Places,
    overlaps: Floats,
    *,
    thresholds: tuple[float, ...],
    ignored: Flags,
    crowd: Flags,
    n_dets: int,
    matching: str = "coco",
) -> Places:
    """The reference that each detection takes, at each threshold.

    Parameters
    ----------
    dets, refs : ndarray of int, shape (m,)
        Pairs of one image and class. A detection of a lower number is surer than one of a higher with the same
        references.
    overlaps : ndarray of float, shape (m,)
        How much the two of a pair overlap.
    thresholds : tuple of float
        From which overlap a pair counts.
    ignored : ndarray of bool, shape (n_refs,)
        References that are neither to be found nor wrong to find; taken only where no other can be.
    crowd : ndarray of bool, shape (n_refs,)
        References that any number of detections may take.
    n_dets : int
        How many detections there are.
    matching : {"coco", "voc"}, default "coco"
        ``coco``: the best among the free. ``voc``: only the best of all, and nothing if another has it.

    Returns
    -------
    ndarray of int, shape (thresholds, n_dets)
        The reference, or -1.

    Notes
    -----
    Equal overlaps: the later reference under ``coco``, the earlier under ``voc``, as their own programs have it.
    """
    keep = overlaps >= min(*thresholds, ALMOST)
    dets, refs, overlaps = dets[keep], refs[keep], overlaps[keep]
    if matching == "voc":
        order = np.lexsort((refs, -overlaps, dets))
        order = order[np.diff(dets[order], prepend=NONE) > 0]  # nothing but the best
        crowd = ignored
    else:
        order = np.lexsort((-refs, -overlaps, ignored[refs], dets))
    dets, refs, overlaps = dets[order], refs[order], overlaps[order]
    n_refs, steps = len(ignored), range(len(thresholds))
    passing = [np.flatnonzero(overlaps >= min(threshold, ALMOST)) for threshold in thresholds]
    places = np.concatenate(passing)
    # Each threshold is a world of its own, with its own copy of every detection and reference.
    suitors = np.concatenate([dets[some] + n_dets * step for step, some in zip(steps, passing, strict=True)])
    things = np.concatenate([refs[some] + n_refs * step for step, some in zip(steps, passing, strict=True)])
    taken = greedy(suitors, things, np.tile(crowd, len(thresholds)), n_dets * len(thresholds))
    found = np.full(taken.shape, NONE, dtype=np.intp)
    found[taken >= 0] = refs[places[taken[taken >= 0]]]
    return found.reshape(len(thresholds), n_dets)
