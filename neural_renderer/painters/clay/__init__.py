"""Clay: a stop-motion set of clay. Read `painter` first."""
