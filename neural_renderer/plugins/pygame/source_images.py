"""The source images that a game's process has sent, for as long as a source shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.messages import BadMessage, Source, decode_image


class SourceImages:
    """Images by name, uint8 [H,W,4] RGBA, and which sources show them."""

    def __init__(self) -> None:
        self.pixels: dict[bytes, NDArray[np.uint8]] = {}
        self._shown: dict[int, bytes] = {}
        self._users: Counter[bytes] = Counter()

    def receive(self, images: Mapping[bytes, bytes]) -> None:
        """Take in images as they were sent. One that cannot be read is left out."""
        for name, data in images.items():
            try:
                pixels, span = decode_image(data)
            except BadMessage:
                continue
            self.pixels[name] = pixels.repeat(span, 0).repeat(span, 1) if span > 1 else pixels

    def learn(self, sources: Iterable[Source], freed: Iterable[int]) -> None:
        """Note which sources there are, and drop the images that none shows any longer."""
        for source in sources:
            if source.image and self._shown.get(source.number) != source.image:
                self._forget(source.number)
                self._shown[source.number] = source.image
                self._users[source.image] += 1
        for number in freed:
            self._forget(number)

    def _forget(self, number: int) -> None:
        name = self._shown.pop(number, b"")
        if name:
            self._users[name] -= 1
            if self._users[name] <= 0:
                del self._users[name]
                self.pixels.pop(name, None)
