"""The rules of the miner, a file for each system; `physics` and `aim` serve several of them."""
