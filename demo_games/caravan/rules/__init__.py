"""The rules of the caravan. Edit any of these files while the game runs."""
