"""Samples of images: grey and in colour, of whole numbers and of fractions."""

from generallevel.testing import Arrays

SAMPLES = [
    ("psnr", "standard", {"data_range": 255}, Arrays(high=255, dtype="uint8")),
    ("psnr", "standard", {"data_range": 255}, Arrays(shape=(4, 5, 3), high=255, dtype="int16")),
    ("psnr", "standard", {"data_range": 1.0}, Arrays()),
    ("psnr", "standard", {"data_range": 1.0}, Arrays(shape=(4, 5, 3), dtype="float32")),
    ("ssim", "standard", {"data_range": 255}, Arrays(shape=(13, 17), high=255, dtype="uint8")),
    ("ssim", "standard", {"data_range": 1.0, "channels": "each"}, Arrays(shape=(12, 11, 3), dtype="float32", n=4)),
    ("ssim", "standard", {"data_range": 1.0, "channels": "luminance"}, Arrays(shape=(12, 11, 3), n=4)),
    ("ssim", "uniform", {"data_range": 255}, Arrays(shape=(9, 8), high=255, dtype="int16")),
    ("ms_ssim", "standard", {"data_range": 255}, Arrays(shape=(161, 163), high=255, dtype="uint8", n=2)),
    ("ms_ssim", "cropped", {"data_range": 1.0, "channels": "luminance"}, Arrays(shape=(177, 176, 3), n=1)),
]
