"""Games of other makers, restyled: what has to run inside their process. One folder for each library."""
