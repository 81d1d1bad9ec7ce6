"""Which material a game's source images show, by rules: names, behaviour, hue. No model.

Read in this order: `judge` (when a unit is judged), `known`, `facts`, `rules`, `hud_rules`, `large/` (the
recipe); what they are told by: `words` and its table `lexicon`, `pixels`, `by_hue`, `behaviour`, `view`;
`tags` (the file in which people correct it).
"""
