"""Samples of images: grey and in colour, of whole numbers and of fractions."""

from generallevel.testing import Arrays

SAMPLES = [
    ("psnr", "standard", {"data_range": 255}, Arrays(high=255, dtype="uint8")),
    ("psnr", "standard", {"data_range": 255}, Arrays(shape=(4, 5, 3), high=255, dtype="int16")),
    ("psnr", "standard", {"data_range": 1.0}, Arrays()),
    ("psnr", "standard", {"data_range": 1.0}, Arrays(shape=(4, 5, 3), dtype="float32")),
]
