"""Engines: a stream of a metric inside somebody else's machinery.

* `synced` : the stream of all processes of a ``torch.distributed`` group, from the stream of each
* `as_torchmetric` : a metric of ours as a ``torchmetrics.Metric``, for a ``MetricCollection`` or a training loop
* `from_torchmetrics` : a metric of torchmetrics declared as one of ours

PyTorch and torchmetrics are imported when one of these is called (extra ``neural``).
"""

from __future__ import annotations

from generallevel.engines.distributed import synced
from generallevel.engines.torch_metrics import as_torchmetric, from_torchmetrics

__all__ = ["as_torchmetric", "from_torchmetrics", "synced"]
