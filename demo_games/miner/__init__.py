"""Miner: a side-view digging game, drawn in flat colours on purpose.

Dig for ore and coins, mind the slimes, sell at the stall, buy or make the steel pickaxe.
Read in this order: `game`, `components`, then `world/` (the ground), `rules/` (the systems), `view/` (the
picture) and `bot`.
"""

from reskin.demo_games.miner.game import Miner

__all__ = ["Miner"]
