"""Whether a game gives the same state every time: `synctest` asks, the others find out who is to blame."""
