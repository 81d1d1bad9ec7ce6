"""Where looks come from: painters, training scenes and the trainer. Needs the extra `learn`."""
