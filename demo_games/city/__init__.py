"""City: a courier's car seen from above, drawn in flat colours on purpose.

Fetch a parcel at one door, take it to another, be quick and hit nothing. Day and night take turns.
Read in this order: `game`, `units`, `components`, `plan`, then `rules/` (the systems), `view/` (the picture)
and `bot`.
"""

from reskin.demo_games.city.game import City

__all__ = ["City"]
