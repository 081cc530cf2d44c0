"""Metrics of 3D data: shapes, parts, detections, tracks, odometry, normals, motion."""
