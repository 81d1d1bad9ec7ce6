"""Theme packs: `pack` reads and writes them, `watcher` takes up edits, `archive` makes a zip to give away."""
