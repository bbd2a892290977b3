"""Benchmarks: what we do beside the limit and beside peers, as ratios from one run."""
