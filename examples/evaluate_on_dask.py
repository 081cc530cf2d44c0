"""The same evaluation on a Dask cluster, here of two workers on this machine. Extras: ``cluster`` and ``image``.

On a real cluster the client connects to its scheduler, ``Client("scheduler:8786")``, and nothing else changes.
"""

import tempfile
from typing import Any

import joblib

import generallevel as gl
from generallevel.testing.synthetic import write_general_bench


def main() -> None:
    """Score a small bench here and there."""
    from distributed import Client, LocalCluster

    with tempfile.TemporaryDirectory() as folder:
        bench = write_general_bench(folder, tasks=["Human Action Recognition", "Image Deraining"], items=100)
        settings: dict[str, Any] = {"predictions": bench.corrupted, "tasks": list(bench.known)}
        here = gl.evaluate(bench.root, **settings)
        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster),
            joblib.parallel_config(backend="dask"),
        ):
            there = gl.evaluate(bench.root, n_jobs=-1, **settings)
        print(there)
        print("the same table, bit for bit:", here == there)


if __name__ == "__main__":  # workers import this file
    main()
