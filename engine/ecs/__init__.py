"""Entities, components and the tables that hold them. Read `world` first."""
