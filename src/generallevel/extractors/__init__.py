"""Extractors: what turns pictures, clips, sounds and texts into features, for the metrics that compare features.

A metric over features takes them as arrays, or takes items and ``extractor=``: an object that is called with a sequence
of items and has a ``name`` and a ``fingerprint``, which enter the signature of the score. `Wrapped` makes one of any
function.

Nothing here downloads anything. Every network comes from you, or from files that you have; what is missing is an error
that says what to install or to pass.
"""

from __future__ import annotations

from generallevel.extractors.heads import LinearHead
from generallevel.extractors.protocol import Extractor, Source, Wrapped, fingerprint

__all__ = ["Extractor", "LinearHead", "Source", "Wrapped", "fingerprint"]
