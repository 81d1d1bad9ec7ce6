"""Caravan: buy where it is cheap, sell where it is dear, and mind the bandits on the road.

All of its rules are scripts in `rules/`, which may be edited while it runs; see `docs/scripting.md`.
Read in this order: `game`, `rules/main`, `rules/components`, `rules/market`, `rules/goods.yaml`.
"""

from reskin.demo_games.caravan.game import Caravan

__all__ = ["Caravan"]
