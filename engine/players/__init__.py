"""Who chooses moves: people, scripts, engines and language models."""
