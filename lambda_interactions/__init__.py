"""The entry points on AWS: thin. Two webhooks verify and hand on; a worker and a sweeper run the arena."""
