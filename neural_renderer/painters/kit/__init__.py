"""What every painter works with."""
