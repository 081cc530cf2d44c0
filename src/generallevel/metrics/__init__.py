"""Metrics: a folder for each modality, a file for each output format.

An answer, a caption, a transcript, a number or a program is `language`, whichever sensor asked. `image`, `video`,
`audio` and `three_d` hold what is compared as boxes, masks, pixels, tracks, sounds and shapes. An id that several
sheets share lives once, in the folder of the format it was first made for. Metrics of one modality never import
another's; shared mathematics is in ``generallevel._kernels``.

Nothing needs to be imported from here by hand: the registry walks this package on first use, and ``generallevel.find``
and ``generallevel.score`` know every metric by name.

**Units.** What a metric returns is in its declared ``unit``. Those of General-Bench are from a closed list:

==========================  ==========================================================================================
``fraction``                a share, a similarity or a cosine, 1 for the whole (tables print it times 100, as "percent")
``dB``                      decibels
``1-5``                     the five-point opinion scale
``points``                  a rating on 0 to 100
``cm``, ``px``, ``degrees``  lengths and angles
``percent of distance``     metres of drift per hundred metres travelled
``10^3 px``, ``10^-3``      the matting literature's own multiples
``distance``                a Frechet distance: no unit but that of the features
``data``                    whatever the predictions and references are in
==========================  ==========================================================================================

A label's unit is one of these too, or ``percent``, or ``unknown`` where nobody says what the printed figures are in.
"""
