"""What the benchmarks share: trees to measure on, and how to measure whole processes."""
