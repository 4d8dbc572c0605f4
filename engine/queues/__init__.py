"""How duels reach the workers: one file a queue, one contract for all."""
