"""Private real servers on this machine, for the launcher, the tests and the benchmarks."""
