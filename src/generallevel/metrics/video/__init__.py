"""Metrics of video: tracks, tubes, flow, depth, frames, detections, quality, preferences, features."""
