"""Entities, components, and the tables that hold them.

Read in this order: `world`, `columns`, `tables`, `packing`.
"""
