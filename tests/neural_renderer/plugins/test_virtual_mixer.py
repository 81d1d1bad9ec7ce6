"""Sounds and music of a run without a window: they last as long in frames as they would in real time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PYGAME = Path(__file__).parents[3] / "neural_renderer" / "plugins" / "pygame"
PYTHONS = [sys.executable, *filter(None, os.environ.get("RESKIN_GAME_PYTHONS", "").split(os.pathsep))]

START = f"""
import sys; sys.path.append({str(PYGAME)!r})
from reskin_pygame_capture.running.headless.virtual_clock import VirtualClock
clock = VirtualClock(); clock.replace_time()
import pygame
from reskin_pygame_capture.running.headless.virtual_mixer import VirtualMixer
clock.replace_pygame_time(); VirtualMixer(clock).install()
import io, time, wave
pygame.init(); pygame.mixer.init(); pygame.display.set_mode((8, 8))
mixer, music = pygame.mixer, pygame.mixer.music

def song(seconds):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2); out.setsampwidth(2); out.setframerate(44100)
        out.writeframes(bytes(4 * int(44100 * seconds)))
    file.seek(0)
    return file

def events():
    return [(event.type, event.dict) for event in pygame.event.get() if event.type >= pygame.USEREVENT]

def wait(seconds):
    clock.advance(int(seconds * 1e9))
"""

SOUNDS = """
second = mixer.Sound(song(1))
channel = second.play()
assert channel.get_busy() and channel.get_sound() is second and second.get_num_channels() == 1
assert isinstance(channel, mixer.Channel) and mixer.find_channel().play(second) is None
wait(0.9); assert mixer.get_busy() and second.get_num_channels() == 2
wait(0.2); assert not mixer.get_busy() and not channel.get_busy() and channel.get_sound() is None

channel = mixer.Channel(3); channel.set_endevent(pygame.USEREVENT + 1)
channel.play(second, loops=1); channel.queue(second)
wait(1.9); assert channel.get_queue() is second and events() == []
wait(0.2); assert channel.get_queue() is None and events() == [(pygame.USEREVENT + 1, {"code": 3})]
channel.pause(); wait(9); assert channel.get_busy()
channel.unpause(); wait(0.8); assert channel.get_busy()
wait(0.2); assert not channel.get_busy() and len(events()) == 1
channel.play(second, maxtime=100); wait(0.2); assert not channel.get_busy()
channel.play(second, loops=-1); wait(99); assert channel.get_busy()
channel.fadeout(500); wait(0.4); assert channel.get_busy()
second.stop(); assert not channel.get_busy()
channel.set_volume(0.5); assert channel.get_volume() == 0.5

mixer.set_num_channels(2); mixer.set_reserved(1)
first = second.play(); wait(0.1)
assert second.play() is None and mixer.find_channel() is None and mixer.find_channel(True) is not None
mixer.stop(); assert not mixer.get_busy()
channel = second.play()
while channel.get_busy(): pass  # a loop that only looks ends
mixer.quit()
assert not mixer.get_busy()
try: mixer.stop()
except pygame.error: print("done")
"""

MUSIC = """
assert music.get_pos() == -1 and not music.get_busy()
try: music.play()
except pygame.error: pass
else: raise AssertionError("nothing is loaded")
music.load(song(2)); music.set_endevent(pygame.USEREVENT + 2); music.play(); music.queue(song(1))
wait(0.5); assert music.get_busy() and music.get_pos() == 500
music.pause(); wait(5); assert not music.get_busy() and music.get_pos() == 500
music.unpause(); wait(1.4); assert events() == []
wait(0.2); assert events() == [(pygame.USEREVENT + 2, {})] and music.get_busy()
wait(1.0); assert len(events()) == 1 and not music.get_busy()
music.play(start=1.5); wait(0.6); assert not music.get_busy()
music.play(-1); wait(1000); assert music.get_busy()
music.fadeout(100); wait(0.2); assert not music.get_busy()
music.play(); music.stop(); assert not music.get_busy()
music.play(); music.unload(); assert not music.get_busy()
try: music.load("nowhere.ogg")
except (pygame.error, FileNotFoundError): print("done")
"""


def plays(code: str) -> None:
    environment = os.environ | {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    for python in PYTHONS:
        done = subprocess.run(
            [python, "-c", START + code], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0 and "done" in done.stdout, (python, done.stderr)


def test_sounds_end_by_the_virtual_clock() -> None:
    plays(SOUNDS)


def test_music_ends_by_the_virtual_clock() -> None:
    plays(MUSIC)
