"""The arena: games, duels, players, stores. It knows no chat platform and reads no environment."""
