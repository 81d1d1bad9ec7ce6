"""Judges the units of a running game: at once, again as more is seen of them, and then for good.

A unit is judged when it is new and after 2, 4, 8 and so on to 256 frames in which it was seen. A judgement
changes only for one that is clearly surer, or that comes twice in a row, so that the look does not jump.
The last one is stored in the game's tag file, which counts at once in the next run. What a person wrote
there always counts. A frame in which all units are known for good is not summed up.

Images are looked at within a budget a frame; until its turn comes, a unit is judged by its name and mean
colour.
"""

from __future__ import annotations

import posixpath
from collections import Counter, deque
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import THINGS
from reskin.neural_renderer.from_draws.observation import Judgement, Observation, Unit
from reskin.neural_renderer.source_materials import rules, sums, view
from reskin.neural_renderer.source_materials.behaviour import Behaviour, Behaviours
from reskin.neural_renderer.source_materials.by_hue import by_hue, several_materials
from reskin.neural_renderer.source_materials.contact_sheet import Seen
from reskin.neural_renderer.source_materials.facts import MIXED, Facts, Ruling
from reskin.neural_renderer.source_materials.hud_rules import Captions, HudPlaces
from reskin.neural_renderer.source_materials.known import (
    LIKE,
    Known,
    after_its_like,
    after_neighbours,
    alike,
    described,
    judgement_of,
)
from reskin.neural_renderer.source_materials.large.flat_shapes import STILL, boards_of, is_a_grid
from reskin.neural_renderer.source_materials.large.footing import Footing
from reskin.neural_renderer.source_materials.large.views import material_of_pixels
from reskin.neural_renderer.source_materials.lexicon import HUD
from reskin.neural_renderer.source_materials.pixels import flat_pixels, look_at, plain_hue, unlike
from reskin.neural_renderer.source_materials.tags import Tag, Tags
from reskin.neural_renderer.source_materials.words import NOTHING, meaning_of_name

LAST_LOOK: Final = 256
"""Frames of a unit after which its judgement is final."""

EDITS_EVERY: Final = 16
"""Every so many frames the tag file is looked at."""

PLACES_EVERY: Final = 4
"""Every so many frames places on the display are looked at, while all units there are known for good."""

FIRST_IMAGES: Final = 48
IMAGES: Final = 4
"""Images that are looked at in the first frame, and in each later one. One takes up to 1 ms."""

MANY_CUTS: Final = 6
"""Cuts of one size of a sheet from which they are looked at together."""

SURER: Final = 0.1
"""By how much a new judgement must be surer than the old one to replace it at once."""

STORED_FROM: Final = 60
"""Frames of a unit from which its judgement is stored when the game ends before it is final."""

_LOOSE: Final = THINGS | {"unknown"}
"""What may be an icon, though it touches others of its size."""

_NEVER_SEEN: Final = Behaviour(
    frames=0, draws=1, most=1, share=0, box=0, wide=0, high=0, rank=0.5, below=0.5, x=0.5, y=0.5, top=0,
    bottom=0, left=0, right=0, neighbours=0, scrolled=0, with_scroll=0, fixed=0, against=0, still=0, moves=0,
    with_keys=0, without_keys=0, key_draws=0, places=1, animated=0,
)  # fmt: skip


class Materials:
    """Knows the materials of a game's units, as `KnowsMaterials` asks for.

    tags: the game's tag file; None to remember nothing. root: the game's folder, so that names of folders
    above it say nothing.
    """

    def __init__(self, tags: Tags | None = None, root: Path | None = None) -> None:
        self.watches_all = False
        """Whether frames are summed up although every unit is known for good, for a contact sheet."""
        self._tags, self._root = tags, root
        self._since_look = 0
        self._behaviours = Behaviours()
        self._units: list[Known] = []
        self._by_key: dict[str, Known] = {}
        self._waiting: deque[Known] = deque()
        self._cuts: dict[tuple[str, int, int], list[int]] = {}
        self._sizes: Counter[tuple[int, int]] = Counter()
        self._kinds = np.zeros(0, np.int64)
        self._roles = np.zeros((3, 0), np.bool_)
        self._places, self._since_places = HudPlaces(), 0
        self._stale = False
        self._texts, self._walkable = np.zeros((2, 0), np.bool_)
        self._beside = np.zeros((0, 3))
        """By unit: px of the HUD, of a world's images and of shapes in all frames in which it was seen."""
        self._captions = Captions()
        self._footing = Footing()
        self._hues: dict[tuple[int, int], set[str]] = {}
        """The plain hues of images, by the size at which they are drawn, in thousandths of the display's."""
        self._letters: dict[tuple[str, int, int], set[str]] = {}
        """By folder and size: names of images that are one letter or digit."""
        self._lively = np.zeros(0)
        """By unit: frames with it in which anything but a text moved."""
        self._pieces: set[int] = set()
        self._cards: Counter[tuple[int, int]] = Counter()
        self._table = False
        """Whether there are cards, or the cells of a board."""
        self._outlines: set[int] = set()
        self._skies: set[int] = set()
        self._earths: set[int] = set()
        self._boards: set[int] = set()
        self._abstract = False
        """Whether all that was seen of the world are shapes, and nothing falls."""
        self._open: set[int] = set()
        """Units that are not known for good."""
        self._edition = tags.edition if tags else 0
        self._side = True
        self._view_evidence = 0.0
        written = (tags.view or tags.setting("view_found")) if tags else ""
        if written in ("side", "top"):
            self._side = written == "side"
        self._view_given = written in ("side", "top")

    @property
    def side_view(self) -> bool:
        return self._side

    @property
    def tile(self) -> float | None:
        return self._tags.number("tile", 1, 4096) if self._tags else None

    def judgement(self, unit: Unit) -> Judgement:
        """What a unit is, as far as it is known; by its name and colour alone if it was not observed yet."""
        known = self._by_key.get(unit.key)
        return known.judgement if known else self._new(unit, -1).judgement

    def of_pixels(self, unit: Unit, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """uint8 [H,W]: the material of each pixel of another image of a unit, a flipped or scaled one."""
        known, judgement = self._by_key.get(unit.key), self.judgement(unit)
        if judgement.pixels is None or known is None:
            return np.full(image.shape[:2], judgement.material, np.uint8)
        return self._map(known, image)

    def hud_by_place(
        self, unit: NDArray[np.integer[Any]], box: NDArray[np.integer[Any]]
    ) -> NDArray[np.bool_]:
        """Which draws are HUD by where they are, though their unit is none: bool [n]. -1 for no unit."""
        return self._places.contain(unit, box)

    def rests(self, unit: NDArray[np.integer[Any]], units: int, renewed: bool) -> bool:
        """Whether nothing of a frame need be looked at; see `KnowsMaterials`."""
        looks = self._since_look % EDITS_EVERY == 0 or self._since_places + 1 >= PLACES_EVERY
        if looks or renewed or units > len(self._units) or not self._are_known(unit):
            return False
        self._since_look += 1
        self._since_places += 1
        self._behaviours.skip()
        return True

    def observe(self, seen: Observation) -> bool:
        """Take a frame in. Gives True if a judgement changed."""
        changed = self._judge_units(seen)
        self._note_roles()
        self._since_places += 1
        if self._since_places >= PLACES_EVERY or not self._are_known(seen.unit):
            hud, loose, flat = self._roles
            self._places.observe(seen, hud, loose, flat, self._since_places)
            self._since_places = 0
        return changed

    def _are_known(self, unit: NDArray[np.integer[Any]]) -> bool:
        """Whether a frame can teach nothing: all its units are known for good, and the view is."""
        if self._waiting or self.watches_all:
            return False
        if not self._view_given and self._behaviours.frames < LAST_LOOK:
            return False
        return not self._open or self._open.isdisjoint(unit.tolist())

    def _note_roles(self) -> None:
        """Note which units are HUD, what may be an icon, and shapes, for sums over many draws."""
        if not self._stale and len(self._kinds) == len(self._units):
            return
        units = self._units
        hud = np.array([known.ruling.material == HUD for known in units], np.bool_)
        alone = self._behaviours.neighbours[: len(units)] < 0.5
        kinds = [known.ruling.material for known in units]
        loose = [(alone[i] and of not in ("sky", "hill")) or of in _LOOSE for i, of in enumerate(kinds)]
        by_hand = np.array([known.judgement.by_hand for known in units], np.bool_)
        bare = np.array([known.unit.image is None for known in units], np.bool_)
        text = np.array([known.unit.kind == "text" for known in units], np.bool_)
        self._roles = np.array([hud, np.array(loose, np.bool_) & ~by_hand, bare & ~text & ~by_hand])
        self._texts = text
        full = [known.looked and known.pixels.coverage > 0.93 for known in units]
        self._walkable = ~text & (bare | np.array(full, np.bool_))
        draft = np.array([known.draft for known in units], np.bool_)
        self._kinds = np.where(draft, 2, np.where(hud, 0, 1 + bare))
        self._stale = False

    def _judge_units(self, seen: Observation) -> bool:
        first = not self._units
        changed = self._take_up_edits() if self._since_look % EDITS_EVERY == 0 else False
        self._since_look += 1
        for index in seen.renewed:
            changed |= self._renew(index, seen.units[index])
        for index in range(len(self._units), len(seen.units)):
            known = self._new(seen.units[index], index)
            self._units.append(known)
            self._behaviours.grow(index + 1)
            self._note_looks(known)
            self._by_key[known.unit.key] = known
            if not known.final:
                self._open.add(index)
            if not known.looked:
                self._waiting.append(known)
        if self._are_known(seen.unit):
            self._behaviours.skip()
            return changed
        present = self._behaviours.observe(seen)
        self._join_poses()
        self._note_what_is_beside(seen, present)
        due = self._look_at_some(FIRST_IMAGES if first else IMAGES)
        for index in present.tolist():
            frames = self._behaviours.frames_of(index)
            if frames <= LAST_LOOK and frames & (frames - 1) == 0:
                due.add(index)
                together = self._behaviours.things.get(index, ())
                due.update(together if len(together) <= 32 else ())
        frames = self._behaviours.frames
        if frames & (frames - 1) == 0:
            self._note_surroundings()
            if not self._view_given and frames <= 4 * LAST_LOOK and self._find_view():
                self._note_surroundings()
                due.update(known.index for known in self._units if self._behaviours.frames_of(known.index))
        for index in sorted(due):
            changed |= self._judge(self._units[index])
        return changed

    def close(self) -> None:
        """Store what is known well enough. Call it when the game has ended."""
        self._note_surroundings()
        for known in self._units * 2:
            if self._behaviours.frames_of(known.index):
                self._judge(known)  # with all that was seen; twice, as a change needs
        for known in self._units:
            if not known.final and known.looked and self._behaviours.frames_of(known.index) >= STORED_FROM:
                self._store(known)
        if self._tags:
            if self._behaviours.frames >= LAST_LOOK:
                self._tags.add_setting("view_found", "side" if self._side else "top")
            self._tags.write()

    def seen(self) -> list[Seen]:
        """Every unit that was seen, with its judgement. For contact sheets."""
        every = max(1, self._behaviours.frames)
        return [
            Seen(
                known.unit,
                described(known),
                known.judgement,
                self._behaviours.of([known.index]).share * frames / every,
                frames,
            )
            for known in self._units
            if (frames := self._behaviours.frames_of(known.index))
        ]

    # One unit

    def _new(self, unit: Unit, index: int) -> Known:
        """A unit that is not looked at yet, judged by its name and mean colour or as its tag says."""
        relative = self._relative(unit.name)
        size = unit.width, unit.height
        if index >= 0:
            self._sizes[size] += unit.kind != "text" and unit.image is not None
            if unit.cut is not None:
                self._cuts.setdefault((unit.name, *size), []).append(index)
        if unit.image is None or unit.kind == "text":
            pixels, looked = flat_pixels(unit.color or (128, 128, 128, 255), *size), True
        else:
            pixels, looked = look_at(unit.image[:: max(1, size[1] // 4), :: max(1, size[0] // 4)]), False
        name = meaning_of_name(relative) if relative else NOTHING
        nothing = Ruling("unknown", 0.0, "")
        known = Known(index, unit, name, relative, pixels, looked, nothing, judgement_of(nothing, None))
        known.ruling = rules.rule(self._facts(known))
        if known.ruling.material == MIXED:  # its pixels are not known yet
            known.ruling = known.ruling._replace(material=by_hue(pixels, self._side, True, True)[0])
        known.judgement = judgement_of(known.ruling, None)
        self._apply_tag(known)
        return known

    def _renew(self, index: int, unit: Unit) -> bool:
        """Take over a unit's image that came late. Gives whether a judgement changed."""
        if index >= len(self._units):
            return False
        known = self._units[index]
        before = known.unit
        known.unit = unit
        if unit.kind == "text":
            return False
        self._sizes[(unit.width, unit.height)] += 1
        if before.image is not None:
            self._sizes[(before.width, before.height)] -= 1
        if unit.cut is not None and (before.width, before.height) != (unit.width, unit.height):
            self._cuts[(unit.name, before.width, before.height)].remove(index)
            self._cuts.setdefault((unit.name, unit.width, unit.height), []).append(index)
        if known.final and unit.image is not None and self._apply_tag(known):
            return True
        known.looked, known.draft = False, True
        if known.final:
            known.final = False
            self._open.add(index)
        self._waiting.append(known)
        return False

    def _relative(self, name: str) -> str:
        """A file's path relative to the game's folder, with `/`; its last two parts if it lies elsewhere."""
        if not name:
            return ""
        path = Path(posixpath.normpath(name.replace("\\", "/")))
        if not path.is_absolute():
            return path.as_posix().lstrip("./")
        if self._root is not None and path.is_relative_to(self._root):
            return path.relative_to(self._root).as_posix()
        return "/".join(path.parts[-2:])

    def _facts(self, known: Known) -> Facts:
        unit = known.unit
        together = self._behaviours.things.get(known.index, ())
        pictures = [index for index in together if alike(known, self._units[index])] or [known.index]
        seen = known.index >= 0 and self._behaviours.frames_of(known.index) > 0
        name = known.name
        if not name.material and not name.holds_many and len(pictures) > 1:
            names = Counter(self._units[i].name for i in pictures if self._units[i].name.material)
            name = names.most_common(1)[0][0] if names else name
        cuts = [
            i
            for i in self._cuts.get((unit.name, unit.width, unit.height), ())
            if self._behaviours.frames_of(i)
        ]
        frames = self._behaviours.frames_of(known.index)
        lively = float(self._lively[known.index]) / frames if frames else 1.0
        return Facts(
            unit=unit,
            name=name,
            pixels=known.pixels,
            behaviour=self._behaviours.of(pictures) if seen else _NEVER_SEEN,
            flat=unit.image is None and (unit.color is not None or unit.kind in ("shape", "blank")),
            side=self._side,
            same_size=self._sizes[(unit.width, unit.height)],
            pictures=len(pictures),
            written_on=seen and bool(self._beside[known.index, 0] > 1.5 * self._beside[known.index, 1]),
            signs=self._beside[known.index, 0] / self._behaviours.area_of(known.index) if seen else 0.0,
            hues=self._hues_of_its_size(known) if seen else 0,
            blind=unit.image is None and unit.color is None and unit.kind not in ("shape", "blank", "text"),
            sheet=self._behaviours.of(cuts) if len(cuts) >= MANY_CUTS else None,
            open_air=bool(self._skies - {known.index}),
            on_earth=bool(self._earths - {known.index}),
            lively=lively,
            puzzle=len(self._pieces) >= rules.HUES or (lively < STILL and self._table),
            cards=self._cards[(unit.width, unit.height)],
            outlined=bool(self._outlines - {known.index}),
            board=known.index in self._boards,
            stretch=self._behaviours.stretch_of(known.index) if seen else 1.0,
            letters=len(self._letters.get(_letter_of(known)[0], ())) if _letter_of(known)[1] else 0,
            captioned=self._captions.share(known.index),
            walked_on=self._footing.frames(known.index),
            abstract=self._abstract,
        )

    def _note_looks(self, known: Known) -> None:
        """Tell the behaviours what they need to know of a unit's look."""
        p, index = known.pixels, known.index
        place, letter = _letter_of(known)
        if letter and known.looked:
            self._letters.setdefault(place, set()).add(letter)
        bluish = p.cyan + p.blue > 0.5 and p.saturation >= 0.3
        self._behaviours.plain[index] = p.colors <= 1
        self._behaviours.solid[index] = p.coverage > 0.97 and not bluish and p.value > 0.2
        self._behaviours.gappy[index] = known.looked and p.coverage < 0.9

    def _join_poses(self) -> None:
        """Take units of like hues, one of which took the place of the other, for pictures of one thing."""
        for one, other in self._behaviours.poses:
            a, b = self._units[one], self._units[other]
            images = a.unit.image is not None and b.unit.image is not None and a.looked and b.looked
            same = a.unit.name == b.unit.name and "text" not in (a.unit.kind, b.unit.kind)
            if images and same and unlike(a.pixels, b.pixels) < 0.3:
                self._behaviours.join(one, other)

    def _note_surroundings(self) -> None:
        """See which units are sky, but for dark fills, a ground that fills the picture, layers and boards."""
        self._skies.clear()
        self._earths.clear()
        self._outlines.clear()
        self._pieces = {known.index for known in self._units if known.ruling.piece}
        cards = [(known.unit.width, known.unit.height) for known in self._units if known.ruling.card]
        self._cards = Counter(cards)
        self._table = len(cards) >= rules.CARDS or any(
            is_a_grid(self._facts(known))
            for known in self._units
            if known.unit.image is None and self._behaviours.frames_of(known.index)
        )
        for known in self._units:
            if not known.looked or not self._behaviours.frames_of(known.index):
                continue
            p, b = known.pixels, self._behaviours.of([known.index])
            flat = known.unit.image is None  # seen seldom, it is a flash or a title's ground
            bright = p.value > 0.15 and (not flat or 4 * b.frames > self._behaviours.frames)
            if known.name.material == "sky" or (known.ruling.material == "sky" and bright):
                self._skies.add(known.index)
            if view.is_outline(p, b):
                self._outlines.add(known.index)
            fills = b.box > 0.8 and b.rank < 0.2 and p.coverage > 0.97 and b.share > 0.1
            green, earth = p.lime + p.green, p.brown + p.yellow
            # Earth in a side view may be an evening's sky.
            turf = green > 0.5 and (p.colors > 4 or not self._side)
            soil = not self._side and green + earth > 0.6 and p.colors > 4
            if fills and p.value > 0.25 and (turf or soil):
                self._earths.add(known.index)
        shapes = all(
            known.unit.image is None or known.unit.kind == "text" or known.ruling.material == HUD
            for known in self._units
            if self._behaviours.frames_of(known.index)
        )
        self._abstract = shapes and not view.things_fall(self._behaviours)
        images = [known for known in self._units if known.looked and known.unit.kind != "text"]
        self._boards = boards_of(
            (known.index, known.pixels, self._behaviours.of([known.index])) for known in images
        )

    def _note_what_is_beside(self, seen: Observation, present: NDArray[np.int64]) -> None:
        """Add what is seen of a HUD, and of a world's images, to the units that are seen with it; and whether
        anything moves."""
        self._note_roles()
        more = len(self._units) - len(self._beside)
        self._beside = np.vstack([self._beside, np.zeros((max(0, more), 3))])
        self._lively = np.concatenate([self._lively, np.zeros(max(0, more))])
        shown, lively = sums.sum_by_kind(seen.unit, seen.visible, seen.moved, self._kinds, self._texts)
        if lively and not seen.cut:
            self._lively[present] += 1
        self._beside[present] += shown
        self._captions.observe(seen, self._roles[2], self._texts)
        self._footing.observe(seen, self._walkable, self._roles[0])

    def _hues_of_its_size(self, known: Known) -> int:
        """How many plain hues images have that are drawn as large as this one, itself included."""
        behaviour = self._behaviours.of([known.index])
        size = round(1000 * behaviour.wide), round(1000 * behaviour.high)
        hue = plain_hue(known.pixels)
        if hue and known.looked and known.unit.kind != "text":
            self._hues.setdefault(size, set()).add(hue)
        return len(self._hues.get(size, ()))

    def _look_at_some(self, most: int) -> set[int]:
        """Look at images that wait. Gives the units that were looked at."""
        looked: set[int] = set()
        while self._waiting and len(looked) < most:
            known = self._waiting.popleft()
            known.look()
            self._note_looks(known)
            looked.add(known.index)
        return looked

    def _judge(self, known: Known) -> bool:
        """Judge a unit again. Gives whether its judgement changed."""
        if known.final or not known.looked:
            return False
        frames = self._behaviours.frames_of(known.index)
        if known.key_share and frames:
            known.look_for_key(self._behaviours.fullest_of(known.index), frames)
        known.alone = rules.rule(self._facts(known))
        alone, unit = known.alone, known.unit
        if alone.lone:
            together = self._behaviours.things.get(known.index, ())
            ruling = after_its_like(known, alone, [self._units[i] for i in together], self._units[-LIKE:])
        else:
            cuts = self._cuts.get((unit.name, unit.width, unit.height), ())
            tiles = [self._units[i] for i in cuts[:LIKE]] if unit.cut else self._units[-LIKE:]
            ruling = after_neighbours(known, alone, tiles)
        old = known.ruling
        changed = (ruling.material, ruling.keeps_paint, ruling.each_pixel) != (
            old.material, old.keeps_paint, old.each_pixel,
        )  # fmt: skip
        if (
            not changed
            or known.draft
            or frames <= 2
            or ruling.sure >= old.sure + SURER
            or known.pending == ruling.material
        ):
            known.ruling, known.pending = ruling, ""
        else:
            known.pending, changed = ruling.material, False
        self._stale |= changed or known.draft
        if changed or known.draft:
            changed |= known.ruling.each_pixel or known.ruling.material == MIXED
            known.draft = False
            known.judgement = judgement_of(known.ruling, None)
            self._add_pixels(known)
        else:
            known.judgement = known.judgement._replace(sure=known.ruling.sure, reason=known.ruling.reason)
        if frames >= LAST_LOOK:
            self._store(known)
        return changed

    def _map(self, known: Known, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if known.ruling.material == MIXED:
            return material_of_pixels(image, side=True, backdrop=True)
        return several_materials(image, known.ruling.material)

    def _add_pixels(self, known: Known) -> None:
        """Where a unit shows several materials: find that of each pixel."""
        several = known.ruling.material == MIXED or known.ruling.each_pixel
        if several and known.unit.image is not None:
            known.judgement = known.judgement._replace(pixels=self._map(known, known.unit.image))

    # The view

    def _find_view(self) -> bool:
        """Find the view anew. Gives whether it changed."""
        seen = [
            (known.name, known.pixels, self._behaviours.of([known.index]))
            for known in self._units
            if self._behaviours.frames_of(known.index) and known.ruling.material != HUD
        ]
        evidence = view.side_evidence(seen, self._behaviours)
        side = view.is_side_view(evidence)
        # Late in the game the view changes only where much speaks for it.
        if side != self._side and (self._behaviours.frames <= 16 or abs(evidence - view.DOUBT) >= 0.5):
            self._side = side
            return True
        return False

    # Tags

    def _apply_tag(self, known: Known) -> bool:
        """Take over what the tag file says of a unit. Gives whether it says anything."""
        tag = self._tags.of(known.unit.key, known.relative) if self._tags else None
        if tag is None:
            return False
        material = tag.material or known.ruling.material
        keeps = (
            known.ruling.keeps_paint
            if tag.keeps_paint is None and not tag.material
            else bool(tag.keeps_paint)
        )
        if tag.hud is not None:
            material = HUD if tag.hud else ("unknown" if material == HUD else material)
        known.ruling = Ruling(material, tag.sure, tag.reason, keeps, tag.each_pixel)
        known.judgement = judgement_of(known.ruling, tag)
        self._add_pixels(known)
        known.final = self._stale = True
        return True

    def _take_up_edits(self) -> bool:
        """Take up what a person changed in the tag file. Gives whether they changed anything."""
        if self._tags is None:
            return False
        self._tags.look()
        if self._tags.edition == self._edition:
            return False
        self._edition = self._tags.edition
        if self._tags.view:
            self._side, self._view_given = self._tags.view == "side", True
        for known in self._units:
            self._apply_tag(known)
        self._open = {known.index for known in self._units if not known.final}
        return True

    def _store(self, known: Known) -> None:
        """Make a judgement final, and note it for the tag file."""
        known.final = True
        self._open.discard(known.index)
        if self._tags and known.unit.kind != "text" and known.unit.image is not None:
            ruling = known.ruling
            tag = Tag(
                ruling.material,
                by_hand=False,
                keeps_paint=ruling.keeps_paint or None,
                each_pixel=ruling.each_pixel,
                sure=ruling.sure,
                reason=ruling.reason,
            )
            self._tags.add(known.unit.key, described(known), tag)


def _letter_of(known: Known) -> tuple[tuple[str, int, int], str]:
    """The folder and the size of a unit, and the letter or digit that its file is named by; else ""."""
    path, unit = PurePosixPath(known.relative), known.unit
    whole = unit.image is not None and unit.cut is None and len(path.stem) == 1 and path.stem.isalnum()
    return (str(path.parent), unit.width, unit.height), path.stem if whole else ""
