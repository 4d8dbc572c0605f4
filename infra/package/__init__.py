"""The packages that AWS runs: a zip for each kind of function, with what it imports and nothing else."""
