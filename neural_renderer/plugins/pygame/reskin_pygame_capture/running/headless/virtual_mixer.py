"""Sound and music on the virtual clock: how long they play, which channels are busy, and when they end.

Many games go on when a sound or a song has ended. In a run without a window nobody hears it, and real time is
not the game's, so nothing is really played: what plays follows from when it began and how long it is.
Volumes, and what pygame raises, stay pygame's own.
"""

from __future__ import annotations

import io
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pygame

from ...patching import set_entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from .virtual_clock import VirtualClock

NO_EVENT = 0
UNKNOWN_LENGTH_S = 180.0
"""How long a song is taken to be whose file cannot be read as a sound, such as MIDI."""


class Track:
    """A channel, or the music: what plays, `what`, and what comes after it, `queued`. Times in nanoseconds.

    seconds_of: how long something plays once. details: what an event at the end says besides its type.
    """

    def __init__(self, clock: VirtualClock, seconds_of: Callable[[Any], float], **details: int) -> None:
        self._clock = clock
        self._seconds_of = seconds_of
        self._details = details
        self.event = NO_EVENT
        self.what: Any = None
        self.queued: Any = None
        self.began = 0
        self._length: int | None = None
        self._paused: int | None = None
        """Since when it is paused."""

    def start(self, what: Any, loops: int = 0, maxtime: int = 0, skipped_s: float = 0.0) -> None:
        """Play something once and `loops` times more, for ever if that is negative; at most `maxtime` ms."""
        self.stop()
        self._begin(what, self._clock.now, loops, skipped_s)
        if maxtime > 0 and (self._length is None or self._length > maxtime * 1_000_000):
            self._length = maxtime * 1_000_000

    def _begin(self, what: Any, at: int, loops: int = 0, skipped_s: float = 0.0) -> None:
        seconds = self._seconds_of(what) * (loops + 1) - skipped_s
        self.what, self.began, self._paused = what, at, None
        self._length = None if loops < 0 else max(int(seconds * 1e9), 0)

    @property
    def position(self) -> int:
        """For how long it has played."""
        return (self._clock.now if self._paused is None else self._paused) - self.began

    @property
    def busy(self) -> bool:
        self.pass_time()
        return self.what is not None

    def looked_at(self) -> bool:
        """Whether it is busy, for the game. A look takes a little time, so that a loop of looks ends."""
        self._clock.read()
        return self.busy

    @property
    def paused(self) -> bool:
        return self._paused is not None

    def pass_time(self) -> None:
        """End what is over, tell the game so, and go on with what is queued."""
        while self.what is not None and self._length is not None and self.position >= self._length:
            queued, end = self.queued, self.began + self._length
            self.what = self.queued = None
            if queued is not None:
                self._begin(queued, end)
            self._tell()

    def _tell(self) -> None:
        if self.event != NO_EVENT:
            self._clock.post(pygame.event.Event(self.event, self._details))

    def stop(self, tell: bool = True) -> None:
        playing = self.busy
        self.what = self.queued = self._paused = None
        if playing and tell:
            self._tell()

    def fade(self, milliseconds: int) -> None:
        if self.busy:
            self._length = self.position + max(milliseconds, 0) * 1_000_000

    def pause(self) -> None:
        if self.busy and self._paused is None:
            self._paused = self._clock.now

    def unpause(self) -> None:
        if self._paused is not None:
            self.began += self._clock.now - self._paused
            self._paused = None


class VirtualMixer:
    """Stands in for what `pygame.mixer` does and tells in time."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._tracks: dict[int, Track] = {}
        self._reserved = 0
        self._originals: dict[str, Any] = {}

    def install(self) -> None:
        mixer: Any = pygame.mixer
        if not isinstance(mixer, ModuleType):
            return  # this pygame has no sound
        self._originals = dict(vars(mixer))
        self._replace_sounds(mixer.Sound)
        channel = _channel_of(self, mixer.Channel)
        for name in ("Channel", "ChannelType"):
            setattr(mixer, name, channel)
        for name in (
            "get_busy",
            "stop",
            "pause",
            "unpause",
            "fadeout",
            "find_channel",
            "set_reserved",
            "quit",
        ):
            setattr(mixer, name, getattr(self, name))
        if isinstance(mixer.music, ModuleType):
            VirtualMusic(self._clock).install(mixer.music)
        self._clock.listen(self._pass_time)

    def _pass_time(self) -> None:
        for _, track in sorted(self._tracks.items()):
            track.pass_time()

    def track(self, number: int) -> Track:
        if number not in self._tracks:
            self._tracks[number] = Track(self._clock, lambda sound: float(sound.get_length()), code=number)
        return self._tracks[number]

    def playing(self, sound: Any = None) -> list[Track]:
        """The tracks that play: all, or those of one sound. Raises as pygame does if there is no mixer."""
        self._originals["get_num_channels"]()
        busy = [track for track in self._tracks.values() if track.busy]
        return [track for track in busy if sound is None or track.what is sound]

    def get_busy(self) -> bool:
        self._originals["get_busy"]()
        return any(track.looked_at() for track in list(self._tracks.values()))

    def stop(self) -> None:
        for track in self.playing():
            track.stop()

    def pause(self) -> None:
        for track in self.playing():
            track.pause()

    def unpause(self) -> None:
        for track in self.playing():
            track.unpause()

    def fadeout(self, time: int) -> None:
        for track in self.playing():
            track.fade(time)

    def set_reserved(self, count: int) -> Any:
        given = self._originals["set_reserved"](count)
        self._reserved = count
        return given

    def quit(self) -> None:
        self._originals["quit"]()
        self._tracks.clear()

    def find_channel(self, force: bool = False) -> Any:
        """A channel that plays nothing; if all do, None, or by force the one that began first."""
        channel: Any = pygame.mixer.Channel
        numbers = range(self._reserved, self._originals["get_num_channels"]())
        for number in numbers:
            if not self.track(number).busy:
                return channel(number)
        if not force or not numbers:
            return None
        return channel(min(numbers, key=lambda number: self.track(number).began))

    def _replace_sounds(self, kind: type) -> None:
        def play(self: Any, loops: int = 0, maxtime: int = 0, fade_ms: int = 0) -> Any:
            channel = pygame.mixer.find_channel()
            if channel is not None:
                channel.play(self, loops, maxtime, fade_ms)
            return channel

        def stop(sound: Any) -> None:
            for track in self.playing(sound):
                track.stop()

        def fadeout(sound: Any, time: int) -> None:
            for track in self.playing(sound):
                track.fade(time)

        def get_num_channels(sound: Any) -> int:
            return len(self.playing(sound))

        for method in (play, stop, fadeout, get_num_channels):
            set_entry(kind, method.__name__, method)


def _channel_of(mixer: VirtualMixer, original: type) -> type:
    class Channel:
        """As `pygame.mixer.Channel`, on the virtual clock."""

        def __init__(self, id: int) -> None:
            self._channel = original(id)
            self._id = id

        @property
        def id(self) -> int:
            return self._id

        @property
        def _track(self) -> Track:
            return mixer.track(self._id)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._channel, name)  # volumes

        def play(self, Sound: Any, loops: int = 0, maxtime: int = 0, fade_ms: int = 0) -> None:
            self._track.start(Sound, loops, maxtime)

        def queue(self, Sound: Any) -> None:
            if self._track.busy:
                self._track.queued = Sound
            else:
                self._track.start(Sound)

        def stop(self) -> None:
            self._track.stop()

        def fadeout(self, time: int) -> None:
            self._track.fade(time)

        def pause(self) -> None:
            self._track.pause()

        def unpause(self) -> None:
            self._track.unpause()

        def get_busy(self) -> bool:
            return self._track.looked_at()

        def get_sound(self) -> Any:
            return self._track.what if self._track.busy else None

        def get_queue(self) -> Any:
            return self._track.queued if self._track.busy else None

        def set_endevent(self, type: int = NO_EVENT) -> None:
            self._track.event = type

        def get_endevent(self) -> int:
            return self._track.event

    Channel.__module__ = "pygame.mixer"
    return Channel


class VirtualMusic:
    """Stands in for what `pygame.mixer.music` does and tells in time. Songs are loaded, and not played."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._track = Track(clock, self._seconds_of)
        self._song: Any = None
        self._seconds: dict[Any, float] = {}
        self._originals: dict[str, Any] = {}
        self._ever = False

    def install(self, music: Any) -> None:
        self._originals = dict(vars(music))
        for name in (
            "load", "unload", "play", "rewind", "stop", "pause", "unpause", "fadeout", "queue",
            "get_busy", "get_pos", "set_pos", "set_endevent", "get_endevent",
        ):  # fmt: skip
            setattr(music, name, getattr(self, name))
        self._clock.listen(self._track.pass_time)

    def _seconds_of(self, song: Any) -> float:
        """How long a song is: the sound in its file, or in its bytes."""
        if song not in self._seconds:
            try:
                source = io.BytesIO(song) if isinstance(song, bytes) else song
                self._seconds[song] = float(pygame.mixer.Sound(source).get_length())
            except (pygame.error, OSError, TypeError):
                self._seconds[song] = UNKNOWN_LENGTH_S
        return self._seconds[song]

    def load(self, filename: Any, namehint: str = "") -> None:
        song = _song_of(filename)
        self._originals["load"](filename, *([namehint] if namehint else []))
        self._track.stop(tell=False)
        self._song = song

    def unload(self) -> None:
        self._originals["unload"]()
        self._track.stop(tell=False)

    def play(self, loops: int = 0, start: float = 0.0, fade_ms: int = 0) -> None:
        self._originals["play"](loops, start, fade_ms)  # it raises where no song is loaded
        self._originals["stop"]()
        self._ever = True
        self._track.start(self._song, loops, skipped_s=start)

    def rewind(self) -> None:
        self._originals["rewind"]()
        if self._track.busy:
            self._track.start(self._song)

    def queue(self, filename: Any, namehint: str = "", loops: int = 0) -> None:
        self._originals["get_busy"]()  # it raises where there is no mixer
        self._track.queued = _song_of(filename)

    def stop(self) -> None:
        self._originals["stop"]()
        self._track.stop()

    def pause(self) -> None:
        self._originals["pause"]()
        self._track.pause()

    def unpause(self) -> None:
        self._originals["unpause"]()
        self._track.unpause()

    def fadeout(self, time: int) -> None:
        self._originals["get_busy"]()
        self._track.fade(time)

    def get_busy(self) -> bool:
        self._originals["get_busy"]()
        return self._track.looked_at() and not self._track.paused

    def get_pos(self) -> int:
        """Milliseconds since the song began, and 0 where none plays any more; -1 if none ever did."""
        self._originals["get_pos"]()
        if not self._track.busy:
            return 0 if self._ever else -1
        return self._track.position // 1_000_000

    def set_pos(self, pos: float) -> None:
        """Go on from `pos` s. What `get_pos` tells stays, as pygame's does."""
        self._originals["get_busy"]()

    def set_endevent(self, type: int = NO_EVENT) -> None:
        self._track.event = type

    def get_endevent(self) -> int:
        return self._track.event


def _song_of(file: Any) -> Any:
    """What tells one song from another: its path, or the bytes of an open file."""
    if not hasattr(file, "read"):
        return file
    at = file.tell()
    song = file.read()
    file.seek(at)
    return song
