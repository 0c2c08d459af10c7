"""`make bench`: how fast and how large, as ratios measured in one run on one machine (docs/benchmarks.md)."""
