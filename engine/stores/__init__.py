"""Where duels are kept: one file a database, one contract for all."""
