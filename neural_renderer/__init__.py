"""The muscle: sees frames, never worlds, and gives them another look in real time.

    from reskin import Restyler

    restyler = Restyler("winter")
    picture = restyler(frame)       # a reskin.Frame, or any uint8 [H,W,3] RGB picture

Importing this package imports nothing heavy; `Restyler` loads its runtime when it is made. Read next:
`restyler`, the whole pipeline on one page.
"""
