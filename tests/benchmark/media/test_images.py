"""Pixels as stored: against Pillow, a 16-bit PNG that OpenCV wrote, and PNG made chunk by chunk."""

import runpy
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generallevel.benchmark.folders.limits import Limits
from generallevel.benchmark.media import read_grey, read_image, read_labels, read_mask, read_panoptic
from generallevel.errors import ImpossibleValue, InvalidInput, ShapeMismatch, UnsafeFile

MADE = runpy.run_path(str(Path(__file__).with_name("whole_files.py")))
END, PHOTO, WIDE, header, npy, png, saved, wide_png = (
    MADE[name] for name in ["END", "PHOTO", "WIDE", "header", "npy", "png", "saved", "wide_png"]
)

Image = pytest.importorskip("PIL.Image")

# cv2.imwrite (OpenCV 5.0) of uint16 1000 y + 777 x + 21000 c + 313 y x^2, shape (4, 5, 3) in RGB.
OPENCV = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000500000004100200000099c1be540000008249444154081d05c1210e82211806e09fbd03fc3e36"
    "b010a9700fb8819bc1e0e01e5c8403b8190c16f6cf68341a8d46a3d1e8f38865d96d4e5b1008040281402010080412f8ecbfe79fcc32cbaca69a"
    "6a72e4c8d10c33cc10fa79785ddeaaabae3a57ae5c5d71c5159f7cf24998dbf17e7de8a9a79e962d5bf6cd37dfc21ad6b0fe01d5061c91a7d7c7"
    "850000000049454e44ae426082"
)


def packed(rows: np.ndarray) -> tuple[bytes, bytes]:
    """Rows of bytes without a filter, in one chunk."""
    rows = rows.reshape(len(rows), -1)
    return b"IDAT", zlib.compress(np.pad(rows, ((0, 0), (1, 0))).astype(np.uint8).tobytes())


@pytest.mark.parametrize(("form", "options"), [("PNG", {}), ("BMP", {}), ("WEBP", {"lossless": True})])
def test_lossless_images_come_back(put: Any, form: str, options: dict[str, Any]) -> None:
    assert (read_image(put(saved(Image.fromarray(PHOTO), form, **options))) == PHOTO).all()


def test_a_jpeg_is_what_pillow_decodes(put: Any) -> None:
    path = put(saved(Image.fromarray(PHOTO), "JPEG"), "it.jpg")
    assert (read_image(path) == np.asarray(Image.open(path))).all()


def test_the_first_bytes_count_and_not_the_suffix(put: Any) -> None:
    assert (read_image(put(saved(Image.fromarray(PHOTO), "PNG"), "it.jpg")) == PHOTO).all()


def test_sixteen_bits_of_colour_are_kept_where_pillow_drops_eight(put: Any) -> None:
    y, x, c = np.mgrid[0:4, 0:5, 0:3]
    wanted = 1000 * y + 777 * x + 21000 * c + 313 * y * x**2
    pixels = read_image(put(OPENCV))
    assert pixels.dtype == np.uint16
    assert (pixels == wanted).all()
    assert np.asarray(Image.open(put(OPENCV))).dtype == np.uint8  # if this fails, Pillow can do it at last


def test_every_filter_of_sixteen_bits_is_undone(put: Any) -> None:
    assert (read_image(put(wide_png(WIDE, 2))) == WIDE).all()
    with_alpha = np.dstack([WIDE, WIDE[..., 0]])
    assert (read_image(put(wide_png(with_alpha, 6)), drop_alpha=True) == WIDE).all()
    grey_alpha = np.dstack([WIDE[..., 0], np.full(WIDE.shape[:2], 65535, dtype=np.uint16)])
    assert (read_image(put(wide_png(grey_alpha, 4))) == WIDE[..., 0]).all()


def test_sixteen_bits_that_are_interlaced_or_end_early_are_refused(put: Any) -> None:
    rows = np.frombuffer(WIDE.astype(">u2").tobytes(), dtype=np.uint8).reshape(9, -1)
    with pytest.raises(InvalidInput, match="16 bits that is interlaced"):
        read_image(put(png(header(7, 9, 16, 2, 1), packed(rows), END)))
    with pytest.raises(InvalidInput, match="ends after 5 of 9 rows"):
        read_image(put(png(header(7, 9, 16, 2), packed(rows[:5]), END)))


def test_grey_of_sixteen_bits_is_kept(put: Any) -> None:
    grey = WIDE[..., 0]
    path = put(saved(Image.fromarray(grey), "PNG"))
    for reader in (read_image, read_grey, read_labels, read_panoptic):
        assert (reader(path) == grey).all()
    assert read_grey(path).dtype == np.uint16


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_labels_of_few_bits_are_not_stretched(put: Any, bits: int) -> None:
    labels = np.arange(16).reshape(2, 8) % 2**bits
    bytes_of = np.packbits(
        np.unpackbits(labels.astype(np.uint8)[..., None], axis=-1)[..., -bits:].reshape(2, -1), axis=-1
    )
    path = put(png(header(8, 2, bits, 0), packed(bytes_of), END))
    assert (read_labels(path) == labels).all()
    assert (read_image(path) == labels * (255 // (2**bits - 1))).all()


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_palette_gives_labels_by_index_and_images_by_colour(put: Any, bits: int) -> None:
    labels = np.arange(16, dtype=np.uint8).reshape(4, 4) % min(5, 2**bits)
    image = Image.frombytes("P", (4, 4), labels.tobytes())
    colours = [(9, 8, 7), (255, 0, 0), (0, 255, 0), (0, 0, 255), (5, 5, 5)]
    image.putpalette([value for colour in colours for value in colour])
    path = put(saved(image, "PNG", bits=bits))
    assert (read_labels(path) == labels).all()
    assert (read_panoptic(path) == labels).all()
    assert (read_image(path) == np.array(colours)[labels]).all()


def test_an_index_beyond_the_palette_has_no_colour(put: Any) -> None:
    path = put(png(header(2, 1, 8, 3), (b"PLTE", bytes(6)), packed(np.array([[0, 2]])), END))
    assert read_labels(path).tolist() == [[0, 2]]
    with pytest.raises(InvalidInput, match="pixel of colour 2, and its palette 2 colours"):
        read_image(path)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_is_dropped_where_nothing_shows_through(put: Any, mode: str) -> None:
    image = Image.fromarray(PHOTO).convert(mode)
    opaque = np.asarray(image)[..., :-1].squeeze()
    assert (read_image(put(saved(image, "PNG"))) == opaque).all()
    image.putpixel((2, 3), (1,) * (len(mode) - 1) + (254,))
    path = put(saved(image, "PNG"))
    with pytest.raises(InvalidInput, match=r"transparent in places.*drop_alpha"):
        read_image(path)
    assert read_image(path, drop_alpha=True).shape == opaque.shape


def test_a_transparent_colour_is_alpha_too(put: Any) -> None:
    keyed = put(saved(Image.fromarray(PHOTO), "PNG", transparency=(1, 2, 3)))
    palette = put(
        png(header(1, 1, 8, 3), (b"PLTE", bytes(6)), (b"tRNS", b"\x80"), packed(np.array([[0]])), END), "p.png"
    )
    for path in (keyed, palette):
        with pytest.raises(InvalidInput, match="transparent in places"):
            read_image(path)
        read_image(path, drop_alpha=True)


def test_inks_of_print_are_refused(put: Any) -> None:
    with pytest.raises(InvalidInput, match=r"mode CMYK \(inks of print\).*Save it as RGB"):
        read_image(put(saved(Image.fromarray(PHOTO).convert("CMYK"), "JPEG")))


def test_animated_images_are_refused(put: Any) -> None:
    frames = [Image.fromarray(PHOTO), Image.fromarray(255 - PHOTO)]
    for form in ("PNG", "WEBP"):
        data = saved(frames[0], form, save_all=True, append_images=frames[1:])
        with pytest.raises(InvalidInput, match=r"is an animated \w+"):
            read_image(put(data))


def test_a_turn_that_exif_asks_for_is_not_made(put: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn by 90 degrees
    path = put(saved(Image.fromarray(PHOTO), "JPEG", exif=exif))
    assert read_image(path).shape == PHOTO.shape


def test_grey_of_equal_channels_is_one_and_colour_needs_a_word(put: Any) -> None:
    grey = PHOTO[..., :1].repeat(3, axis=-1)
    assert (read_grey(put(saved(Image.fromarray(grey), "PNG"))) == grey[..., 0]).all()
    path = put(saved(Image.fromarray(PHOTO), "PNG"))
    with pytest.raises(InvalidInput, match=r"image in colour; wanted a grey image.*luma=True"):
        read_grey(path)
    by_pillow = np.asarray(Image.fromarray(PHOTO).convert("L")).astype(int)
    assert np.abs(read_grey(path, luma=True).astype(int) - by_pillow).max() <= 1


def test_colours_that_stand_for_labels(put: Any) -> None:
    labels = np.array([[0, 1], [2, 0]])
    colours = np.array([[128, 64, 128], [0, 0, 0], [244, 35, 232]], dtype=np.uint8)
    path = put(saved(Image.fromarray(colours[labels]), "PNG"))
    assert (read_labels(path, colours=colours.tolist()) == labels).all()
    with pytest.raises(InvalidInput, match=r"1 pixels of colours that none of 2 labels has, such as \(244, 35, 232\)"):
        read_labels(path, colours=colours[:2].tolist())
    with pytest.raises(InvalidInput, match=r"colour; wanted a label map.*colours=\["):
        read_labels(path)
    with pytest.raises(InvalidInput, match="a colour twice"):
        read_labels(path, colours=[[0, 0, 0], [0, 0, 0]])


def test_labels_from_arrays_are_whole_numbers(put: Any) -> None:
    assert read_labels(put(npy(np.array([[1, 300]], dtype=np.int16)), "it.npy")).tolist() == [[1, 300]]
    with pytest.raises(InvalidInput, match=r"holds float64; wanted a label map.*whole numbers"):
        read_labels(put(npy(np.ones((2, 2))), "it.npy"))
    with pytest.raises(ShapeMismatch, match=r"shape \(2, 2, 1\)"):
        read_labels(put(npy(np.ones((2, 2, 1), dtype=int)), "it.npy"))


def test_a_jpeg_cannot_hold_labels(put: Any) -> None:
    with pytest.raises(InvalidInput, match="is a JPEG image, which changes values"):
        read_labels(put(saved(Image.fromarray(PHOTO[..., 0]), "JPEG")))


def test_segments_are_red_and_256_green_and_65536_blue(put: Any) -> None:
    pixels = np.array([[[3, 0, 0], [1, 2, 0]], [[0, 0, 1], [255, 255, 255]]], dtype=np.uint8)
    path = put(saved(Image.fromarray(pixels), "PNG"))
    assert read_panoptic(path).tolist() == [[3, 1 + 2 * 256], [65536, 2**24 - 1]]
    assert read_panoptic(put(npy(np.array([[2**40]])), "it.npy")).tolist() == [[2**40]]
    with pytest.raises(InvalidInput, match="colours of 16 bits"):
        read_panoptic(put(OPENCV))


MASK = np.array([[True, False, True], [False, False, True]])


@pytest.mark.parametrize("value", [1, 7, 255])
def test_a_mask_has_two_values(put: Any, value: int) -> None:
    grey = (MASK * value).astype(np.uint8)
    assert (read_mask(put(saved(Image.fromarray(grey), "PNG")), (2, 3)) == MASK).all()
    assert (read_mask(put(npy(grey), "it.npy")) == MASK).all()


def test_a_mask_of_one_bit_or_of_truths_is_that(put: Any) -> None:
    assert (read_mask(put(saved(Image.fromarray(MASK), "PNG"))) == MASK).all()
    assert (read_mask(put(saved(Image.fromarray(MASK), "BMP"))) == MASK).all()
    assert (read_mask(put(npy(MASK), "it.npy")) == MASK).all()
    for full in (0, 255):
        assert (read_mask(put(saved(Image.fromarray(np.full((2, 2), full, np.uint8)), "PNG"))) == bool(full)).all()


def test_a_soft_mask_needs_a_threshold(put: Any) -> None:
    path = put(saved(Image.fromarray(np.array([[0, 127], [128, 255]], dtype=np.uint8)), "PNG"))
    with pytest.raises(InvalidInput, match=r"values from 0 to 255, more than 0 and one other.*pass a threshold"):
        read_mask(path)
    assert read_mask(path, threshold=0.5).tolist() == [[False, False], [True, True]]
    with pytest.raises(ImpossibleValue, match="threshold is 128"):
        read_mask(path, threshold=128)


def test_a_mask_of_another_shape_is_not_resized(put: Any) -> None:
    with pytest.raises(ShapeMismatch, match=r"shape \(2, 3\) \(height, width\); wanted \(3, 2\)"):
        read_mask(put(saved(Image.fromarray(MASK), "PNG")), (3, 2))


def test_a_small_file_of_giant_size_is_refused_before_it_is_decoded(put: Any) -> None:
    for colour, bits in ((0, 1), (2, 8), (2, 16), (3, 8)):
        path = put(png(header(2**31 - 1, 2**31 - 1, bits, colour), (b"IDAT", zlib.compress(bytes(99))), END))
        with pytest.raises(UnsafeFile, match=r"2147483647 x 2147483647 pixels.*at most 67,108,864.*Limits.pixels"):
            read_image(path)
    jpeg = bytearray(saved(Image.fromarray(PHOTO), "JPEG"))
    place = jpeg.index(b"\xff\xc0") + 5
    jpeg[place : place + 4] = struct.pack(">HH", 65500, 65500)
    with pytest.raises(UnsafeFile, match=r"65500 x 65500|more pixels than Pillow reads"):
        read_image(put(jpeg))


def test_the_limit_of_pixels_is_the_callers(put: Any) -> None:
    path = put(saved(Image.fromarray(PHOTO), "PNG"))
    assert read_image(path, limits=Limits(pixels=12 * 16)).shape == PHOTO.shape
    with pytest.raises(UnsafeFile, match="16 x 12 pixels, 192 in all; at most 191"):
        read_image(path, limits=Limits(pixels=12 * 16 - 1))


BOMB = zlib.compress(bytes(2**21))


@pytest.mark.parametrize(
    ("kind", "body"),
    [(b"zTXt", b"note\0\0" + BOMB), (b"iCCP", b"icc\0\0" + BOMB), (b"iTXt", b"note\0\1\0en\0note\0" + BOMB)],
)
def test_a_note_that_is_a_bomb_is_refused(put: Any, kind: bytes, body: bytes) -> None:
    for place in (1, 2):  # before the pixels and after
        chunks = [header(1, 1), packed(np.zeros((1, 3))), END]
        chunks.insert(place, (kind, body))
        with pytest.raises(UnsafeFile, match=rf"{kind.decode()}\) of [\d,]+ bytes that inflates to more than 1 MiB"):
            read_image(put(png(*chunks)))


def test_a_harmless_note_is_passed_over(put: Any) -> None:
    note = (b"zTXt", b"note\0\0" + zlib.compress(b"hello"))
    plain = (b"iTXt", b"note\0\0\0\0\0hello")
    assert read_image(put(png(header(1, 1), note, plain, packed(np.ones((1, 3))), END))).tolist() == [[[1, 1, 1]]]


def test_a_damaged_checksum_is_seen(put: Any) -> None:
    data = bytearray(saved(Image.fromarray(PHOTO), "PNG"))
    data[data.index(b"IDAT") + 20] ^= 1
    with pytest.raises(InvalidInput, match=r"it.png is damaged, and no PNG"):
        read_image(put(data))


def test_what_git_lfs_left_is_called_that(put: Any) -> None:
    with pytest.raises(InvalidInput, match="pointer to a file that Git LFS holds"):
        read_image(put(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n"))
