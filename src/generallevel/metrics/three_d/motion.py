"""Motion: how bodies move.

Features come in, or motions with the extractor that makes features of them; nothing here downloads a network.

Objects: a prediction is the feature vector of one generated motion; a reference is that of a real one. Distances are in
[0, inf); lower is better.
"""

from __future__ import annotations

import math
from typing import Any

from generallevel._kernels.frechet import FrechetDistance
from generallevel.extractors.protocol import Source
from generallevel.extractors.sides import frechet
from generallevel.registry import metric
from generallevel.scales import Saturating

__all__ = ["motion_fid"]


@metric(
    labels={("3D-Generation", "FID"): "distance"},
    unit="distance",
    better="lower",
    bounds=(0.0, math.inf),
    scale=Saturating(25),
    source="arXiv 2505.04620v1, Table 35 #D-G-9 and A.1 (T = 25); Guo et al. (2022), doi:10.1109/CVPR52688.2022.00509",
    pairing="unpaired",
    item="none",
    each="motion",
    caution="The tables print FID; that the features are those of a motion encoder is read from the specialist.",
)
def motion_fid(pred: Any, ref: Any = None, *, extractor: Source = None) -> FrechetDistance:
    """Frechet distance of the Gaussians that fit the motion features of generated and of real motions.

    Parameters
    ----------
    pred : array_like of real numbers, shape (d,) or (k, d); or None
        The features of one generated motion, or of k motions. With an extractor: the motion, or a list of motions.
    ref : array_like of real numbers, shape (d,) or (k, d); or None
        The features of one real motion, or of k. An item is of one of the two sets, and the other is None.
    extractor : Extractor or str, optional
        What turns motions into features, or the name of the encoder that made those given, for the signature: that of
        KIT-ML and that of HumanML3D give two metrics.

    Returns
    -------
    FrechetDistance
        In squared units of the features, in [0, inf), and near 0.1 for good generators; lower is better. ``n_pred``,
        ``n_ref``, ``dimension`` and ``notes`` are as for `fid`.

    Raises
    ------
    ShapeMismatch, NotFinite, InvalidInput, UndefinedScore
        As for `fid`.

    Notes
    -----
    All that is said of `fid` holds. The encoder of the specialist, MoMask, gives 512 numbers; papers repeat the
    generation 20 times and print the mean, which is the caller's to do.

    References
    ----------
    .. [1] Guo et al. (2022), "Generating diverse and natural 3D human motions from text",
       doi:10.1109/CVPR52688.2022.00509
    .. [2] arXiv 2505.04620v1, Table 35 #D-G-9 and A.1

    Examples
    --------
    >>> from generallevel import score
    >>> round(score("motion_fid", [[0.0], [1.0]], [[2.0], [3.0]], extractor="kit-ml evaluator").value, 12)
    4.0
    """
    return frechet(pred, ref, extractor)
