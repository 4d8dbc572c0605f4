"""``arena smoke``: whether what was deployed answers as it should, looked at from outside and without any secret."""
