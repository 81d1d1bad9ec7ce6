"""Random numbers for the simulation: named streams of integers, the same on every machine.

The state of a stream is the number of words drawn from it. Word `n` is splitmix64 (Steele, Lea and Flood
2014, "Fast splittable pseudorandom number generators") of `n` and a key, made from the seed and the stream's
name; so a new stream does not change the others. Floats are refused: a chance is a fraction of integers.
Read next: `engine.simulation.simulation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableSequence, Sequence
from hashlib import blake2b
from typing import Any, TypeVar

from reskin.engine.ecs.packing import is_storable_text
from reskin.engine.errors import RandomError, StateError

T = TypeVar("T")

WORD = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15  # 2**64 / golden ratio, odd: steps of this visit all 2**64 words


class Stream:
    """One stream of uniform integers. `drawn` is how many 64-bit words were drawn."""

    __slots__ = ("_key", "drawn")

    def __init__(self, key: int, drawn: int = 0) -> None:
        self._key = key
        self.drawn = drawn

    def word(self) -> int:
        """The next 64 bits: 0 <= word < 2**64."""
        self.drawn += 1
        z = (self._key + self.drawn * GOLDEN) & WORD
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
        return z ^ (z >> 31)

    def below(self, n: int) -> int:
        """A uniform integer 0 <= i < n, without bias, for 1 <= n <= 2**64. Raises RandomError."""
        if type(n) is not int or not 1 <= n <= WORD + 1:
            raise RandomError(f"below(n) needs an int n from 1 to 2**64, got {n!r}")
        fair = WORD + 1 - (WORD + 1) % n  # words from here on would make small results more likely
        while (word := self.word()) >= fair:
            pass
        return word % n

    def between(self, low: int, high: int) -> int:
        """A uniform integer low <= i <= high."""
        if type(low) is not int or type(high) is not int or low > high:
            raise RandomError(f"between(low, high) needs ints with low <= high, got {low!r} and {high!r}")
        return low + self.below(high - low + 1)

    def chance(self, numerator: int, denominator: int) -> bool:
        """True in `numerator` of `denominator` cases. Draws one number, whatever the chance."""
        if type(numerator) is not int or not 0 <= numerator <= denominator:
            raise RandomError(
                f"chance(numerator, denominator) needs ints 0 <= numerator <= denominator, "
                f"got {numerator!r} and {denominator!r}; one in ten is chance(1, 10)"
            )
        return self.below(denominator) < numerator

    def pick(self, options: Sequence[T]) -> T:
        """One element of a sequence, all equally likely. Sets have no order and are refused: sort them."""
        if not isinstance(options, Sequence) or not options:
            raise RandomError(f"pick() needs a sequence that is not empty, got {options!r}")
        return options[self.below(len(options))]

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Shuffle a list in place, every order equally likely (Fisher and Yates)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]


class Streams:
    """The random streams of a simulation, by name; each is created when it is first used.

    >>> streams = Streams(seed=7)
    >>> streams["dice"].between(1, 6) in range(1, 7)
    True
    >>> streams.state()
    {'seed': 7, 'drawn': {'dice': 1}}
    """

    def __init__(self, seed: int) -> None:
        if type(seed) is not int or not 0 <= seed <= WORD:
            raise RandomError(f"seed must be an int from 0 to 2**64 - 1, got {seed!r}")
        self.seed = seed
        self._streams: dict[str, Stream] = {}

    def __getitem__(self, name: str) -> Stream:
        if name not in self._streams:
            if not is_storable_text(name):
                raise RandomError(f"a stream's name must be a string of whole characters, got {name!r}")
            self._streams[name] = Stream(_key(self.seed, name))
        return self._streams[name]

    def state(self) -> dict[str, Any]:
        """Plain data. Streams that were never drawn from are left out, so looking at one changes nothing."""
        drawn = {name: s.drawn for name, s in sorted(self._streams.items()) if s.drawn}
        return {"seed": self.seed, "drawn": drawn}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore a `state()`. Streams that were handed out stay valid and are restored, too."""
        self.prepare(state)()

    def prepare(self, state: Mapping[str, Any]) -> Callable[[], None]:
        """Check a `state()` and return a function that restores it, which cannot fail."""
        other = Streams(state["seed"])
        for name, drawn in state["drawn"].items():
            if type(drawn) is not int or drawn < 1:
                raise StateError(f"stream {name!r} must have been drawn from 1 or more times, got {drawn!r}")
            other[name].drawn = drawn

        def commit() -> None:
            self.seed = other.seed
            for name in {**self._streams, **other._streams}:
                self[name]._key, self[name].drawn = other[name]._key, other[name].drawn

        return commit


def _key(seed: int, name: str) -> int:
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
