"""Streams under torch.distributed and as metrics of torchmetrics, and metrics of torchmetrics as ours."""

import math
import pickle
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel import registry
from generallevel.engines import as_torchmetric, from_torchmetrics, synced
from generallevel.errors import InvalidInput, MissingExtra, UndefinedScore, UnknownMetric
from generallevel.scales import Linear, Saturating, Tanh
from generallevel.scoring import Stream, score

try:
    import torch
    import torchmetrics
except ImportError:
    torch = torchmetrics = None

needs_torch = pytest.mark.skipif(torchmetrics is None, reason="extra neural: torch and torchmetrics")

RNG = np.random.default_rng(0)
PREDS, REFS = RNG.integers(0, 256, size=(2, 12, 4, 4), dtype=np.uint8)

TWO_PROCESSES = """
import sys
from pathlib import Path
import numpy as np
import torch.distributed as dist
import torch.multiprocessing as mp
from generallevel import Stream
from generallevel.engines import as_torchmetric, synced

SHARES = ((slice(0, 5), slice(5, 12)), (slice(0, 12), slice(12, 12)))  # uneven, and one process without any item

def work(rank, port):
    dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
    rng = np.random.default_rng(0)
    preds, refs = rng.integers(0, 256, size=(2, 12, 4, 4), dtype=np.uint8)
    features = rng.normal(size=(2, 40, 3))
    for shares in SHARES:
        mine = shares[rank]
        stream = Stream("psnr", data_range=255)
        stream.extend(preds[mine], refs[mine])
        if mine == slice(0, 5):
            stream.add(None, refs[0])
        whole = synced(stream).score()
        sets = Stream("fid")
        sets.extend(features[0][mine], features[1][mine])
        theirs = as_torchmetric("psnr", data_range=255)
        if mine != slice(12, 12):
            theirs.update(preds[mine], refs[mine])
        theirs._update_count = 1
        facts = (whole.value, whole.n_scored, whole.n_total, synced(sets).value, float(theirs.compute()))
        with Path(sys.argv[0]).with_suffix(f".{rank}").open("a") as file:
            file.write(" ".join(map(str, facts)) + "\\n")
    dist.destroy_process_group()

if __name__ == "__main__":
    mp.spawn(work, args=(int(sys.argv[1]),), nprocs=2)
"""


@needs_torch
class TestDistributed:
    def test_two_processes_read_the_score_of_the_whole(self, tmp_path: Path) -> None:
        import socket

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        script = tmp_path / "two.py"
        script.write_text(TWO_PROCESSES, encoding="utf-8")
        run = subprocess.run([sys.executable, str(script), str(port)], capture_output=True, text=True, timeout=240)
        assert run.returncode == 0, run.stderr[-2000:]
        lines, others = (script.with_suffix(f".{rank}").read_text().splitlines() for rank in (0, 1))
        assert lines == others  # every process reads the same, bit for bit
        rng = np.random.default_rng(0)
        preds, refs = rng.integers(0, 256, size=(2, 12, 4, 4), dtype=np.uint8)
        features = rng.normal(size=(2, 40, 3))
        fid = score("fid", features[0][:12], features[1][:12]).value
        psnr = score("psnr", preds, refs, data_range=255).value
        assert len(lines) == 2
        for line, n_absent in zip(lines, (1, 0), strict=True):
            value, n_scored, n_total, distance, theirs = map(float, line.split())
            # In the first share one process reports an absent image, which counts as a black one.
            holed = score("psnr", [*preds, *[None] * n_absent], [*refs, *refs[:n_absent]], data_range=255)
            assert value == pytest.approx(holed.value, rel=1e-12)
            assert (n_scored, n_total) == (12, 12 + n_absent)
            assert distance == pytest.approx(fid, rel=1e-9)
            assert theirs == pytest.approx(psnr, rel=1e-12)

    def test_outside_of_a_run_it_is_a_copy(self) -> None:
        stream = Stream("psnr", data_range=255, keep_items=True)
        stream.extend(PREDS, REFS)
        other = synced(stream)
        assert other.score().to_dict() == stream.score().to_dict()
        other.add(PREDS[0], REFS[0])
        assert stream.n_total == 12

    def test_no_stream(self) -> None:
        with pytest.raises(InvalidInput, match="what is synced is a Stream, not float"):
            synced(1.0)


@needs_torch
class TestAsTorchmetric:
    def test_batches_of_tensors_arrays_and_lists(self) -> None:
        theirs = as_torchmetric("psnr", data_range=255)
        theirs.update(torch.tensor(PREDS[:4]), torch.tensor(REFS[:4]))
        theirs.update(PREDS[4:6], REFS[4:6])
        theirs.update([torch.tensor(pred) for pred in PREDS[6:]], list(REFS[6:]))
        assert float(theirs.compute()) == pytest.approx(score("psnr", PREDS, REFS, data_range=255).value, rel=1e-12)
        assert theirs.score().n_total == 12
        assert theirs.compute().dtype == torch.float64

    def test_forward_gives_the_batch_and_keeps_the_whole(self) -> None:
        theirs = as_torchmetric("psnr", data_range=255)
        batches = [float(theirs(PREDS[k : k + 3], REFS[k : k + 3])) for k in range(0, 12, 3)]
        assert batches[1] == pytest.approx(score("psnr", PREDS[3:6], REFS[3:6], data_range=255).value)
        assert float(theirs.compute()) == pytest.approx(np.mean(batches))

    def test_in_a_collection_beside_one_of_theirs(self) -> None:
        theirs = torchmetrics.Accuracy(task="multiclass", num_classes=3, average="micro")
        both = torchmetrics.MetricCollection({"ours": as_torchmetric("accuracy"), "theirs": theirs})
        both.update(torch.tensor([0, 1, 2, 1]), torch.tensor([0, 1, 1, 1]))
        values = both.compute()
        assert float(values["ours"]) == float(values["theirs"]) == 3 / 4
        both.reset()
        assert both["ours"].parts == []

    def test_reset_clone_pickle_and_checkpoint(self) -> None:
        theirs = as_torchmetric("psnr", data_range=255)
        theirs.update(PREDS[:5], REFS[:5])
        wanted = float(theirs.compute())
        copies = [theirs.clone(), pickle.loads(pickle.dumps(theirs))]
        theirs.persistent(True)
        restored = as_torchmetric("psnr", data_range=255)
        restored.persistent(True)
        restored.load_state_dict(theirs.state_dict())
        restored._update_count = 1
        theirs.reset()
        theirs.update(PREDS[5:], REFS[5:])
        assert [float(copy.compute()) for copy in (*copies, restored)] == [wanted] * 3
        assert float(theirs.compute()) == pytest.approx(score("psnr", PREDS[5:], REFS[5:], data_range=255).value)

    def test_two_sets(self) -> None:
        features = RNG.normal(size=(2, 30, 4))
        theirs = as_torchmetric("fid")
        theirs.update(torch.tensor(features[0]), None)
        theirs.update(None, torch.tensor(features[1, :10]))
        theirs.update(None, torch.tensor(features[1, 10:]))
        assert float(theirs.compute()) == pytest.approx(score("fid", *features).value, rel=1e-9)

    def test_predictions_alone(self) -> None:
        theirs = as_torchmetric("musiq")
        theirs.update([60.0, 70.0])
        assert float(theirs.compute()) == 65

    def test_many_batches_are_merged_on_the_way(self) -> None:
        theirs = as_torchmetric("accuracy")
        for n in range(200):
            theirs.update(["a"], ["a" if n % 4 else "b"])
        assert len(theirs.parts) <= 65
        assert float(theirs.compute()) == 0.75

    def test_nothing_yet_and_no_such_metric(self) -> None:
        theirs = as_torchmetric("psnr", data_range=255)
        theirs.update([], [])
        with pytest.raises(UndefinedScore, match="psnr of no item"):
            theirs.compute()
        with pytest.raises(UnknownMetric, match="Did you mean 'psnr'"):
            as_torchmetric("psrn")
        with pytest.raises(InvalidInput, match="psnr needs data_range"):
            as_torchmetric("psnr")


@needs_torch
class TestFromTorchmetrics:
    @pytest.fixture(autouse=True)
    def _registry_as_it_was(self, monkeypatch: pytest.MonkeyPatch) -> None:
        registry.list_metrics()
        monkeypatch.setattr(registry, "_metrics", dict(registry._metrics))
        monkeypatch.setattr(registry, "_folded", dict(registry._folded))

    facts = {"unit": "data", "better": "lower", "bounds": (0.0, math.inf), "scale": Saturating(1), "source": "theirs"}  # noqa: RUF012

    def test_sums(self) -> None:
        ours = from_torchmetrics(torchmetrics.MeanAbsoluteError, name="toy_mae", **self.facts)
        preds, refs = RNG.normal(size=(2, 9, 5))
        assert score(ours, preds, refs).value == pytest.approx(np.abs(preds - refs).mean(), rel=1e-6)
        assert "MeanAbsoluteError of torchmetrics" in ours.summary
        assert score("toy_mae", preds, refs, keep_items=True).items[0].value == pytest.approx(
            np.abs(preds[0] - refs[0]).mean(), rel=1e-6
        )

    def test_joined_states_and_shards(self) -> None:
        make = partial(torchmetrics.AUROC, task="binary")
        ours = from_torchmetrics(
            make,
            name="toy_auroc",
            convert=lambda pred, ref: (torch.tensor([pred]), torch.tensor([ref])),
            item="context",
            **{**self.facts, "better": "higher", "bounds": (0.0, 1.0), "scale": Linear()},
        )
        preds, refs = RNG.random(40), RNG.integers(0, 2, size=40)
        whole = score(ours, preds, refs).value
        wanted = make()(torch.tensor(preds), torch.tensor(refs))
        assert whole == pytest.approx(float(wanted), rel=1e-6)
        one, other = Stream(ours), Stream(ours)
        one.extend(preds[:7], refs[:7])
        other.extend(preds[7:], refs[7:])
        assert (one + other).value == pytest.approx(whole, rel=1e-12)

    def test_states_that_do_not_merge_are_replayed(self) -> None:
        # Pearson's states are running means, which its own reduction leaves to compute().
        ours = from_torchmetrics(
            torchmetrics.PearsonCorrCoef,
            name="toy_pearson",
            convert=lambda pred, ref: (torch.tensor([pred]), torch.tensor([ref])),
            **{**self.facts, "better": "higher", "bounds": (-1.0, 1.0), "scale": Linear(-1, 1)},
        )
        preds, refs = RNG.normal(size=(2, 30))
        assert score(ours, preds, refs).value == pytest.approx(np.corrcoef(preds, refs)[0, 1], rel=1e-6)

    def test_with_arguments_and_in_decibels(self) -> None:
        from torchmetrics.audio import ScaleInvariantSignalDistortionRatio

        ours = from_torchmetrics(
            partial(ScaleInvariantSignalDistortionRatio, zero_mean=True),
            name="toy_si_sdr",
            **{**self.facts, "unit": "dB", "better": "higher", "bounds": (-math.inf, math.inf), "scale": Tanh(20)},
        )
        ref = RNG.normal(size=(4, 100))
        pred = ref + 0.1 * RNG.normal(size=(4, 100))
        one = [score(ours, pred[k : k + 1], ref[k : k + 1]).value for k in range(4)]
        assert score(ours, pred, ref).value == pytest.approx(np.mean(one))
        tally = ours(pred[0], ref[0])
        assert pickle.loads(pickle.dumps(tally)).value == tally.value

    def test_nothing(self) -> None:
        ours = from_torchmetrics(torchmetrics.MeanAbsoluteError, name="toy_mae", **self.facts)
        with pytest.raises(UndefinedScore, match="toy_mae of no item"):
            score(ours, [], [])
        with pytest.raises(UndefinedScore, match="has seen no item"):
            _ = type(ours([1.0], [1.0])).empty().value

    def test_no_metric(self) -> None:
        with pytest.raises(InvalidInput, match=r"make is to make a torchmetrics\.Metric; it made dict"):
            from_torchmetrics(dict, name="toy", **self.facts)


def test_what_is_missing_is_said(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "torch.distributed", None)
    monkeypatch.setitem(sys.modules, "torchmetrics", None)
    with pytest.raises(
        MissingExtra, match=r"a stream across processes needs torch: pip install 'generallevel\[neural\]'"
    ):
        synced(Stream("accuracy"))
    with pytest.raises(MissingExtra, match="a metric of torchmetrics needs torchmetrics"):
        as_torchmetric("accuracy")
