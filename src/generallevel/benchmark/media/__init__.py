"""Media readers: from a file to the array that a metric takes."""

from generallevel.benchmark.media.arrays import read_array
from generallevel.benchmark.media.audio import read_audio
from generallevel.benchmark.media.clouds import read_mesh, read_points
from generallevel.benchmark.media.coco import read_coco, read_nuscenes
from generallevel.benchmark.media.depth import read_depth
from generallevel.benchmark.media.flow import read_flow, write_flo
from generallevel.benchmark.media.image import read_grey, read_image, read_labels, read_mask, read_panoptic
from generallevel.benchmark.media.masks import decode_mask, encode_mask
from generallevel.benchmark.media.notes import read_midi
from generallevel.benchmark.media.text import read_text
from generallevel.benchmark.media.tracks import read_boxes_text, read_mot, read_poses
from generallevel.benchmark.media.video import iter_frames, read_frames

__all__ = [
    "decode_mask",
    "encode_mask",
    "iter_frames",
    "read_array",
    "read_audio",
    "read_boxes_text",
    "read_coco",
    "read_depth",
    "read_flow",
    "read_frames",
    "read_grey",
    "read_image",
    "read_labels",
    "read_mask",
    "read_mesh",
    "read_midi",
    "read_mot",
    "read_nuscenes",
    "read_panoptic",
    "read_points",
    "read_poses",
    "read_text",
    "write_flo",
]
