"""Distributions: intervals of a share, and quantiles of the normal and of Student's distribution."""
