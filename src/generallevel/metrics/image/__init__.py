"""Metrics of images: regions, poses, scene graphs, mattes, depth, pixels and features."""
