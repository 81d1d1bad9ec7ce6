"""The parts of the handoff in one process: half-written messages, stale pictures, images, resizes, errors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from reskin.neural_renderer.handoff import channel
from reskin.neural_renderer.handoff.channel import GameSide, HandoffError, Lane, content_name
from reskin.neural_renderer.handoff.renderer_side import RendererSide

Sides = tuple[GameSide, RendererSide]


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[Sides]:
    game = GameSide(8, 4, draws=100, images=200, folder=str(tmp_path))
    renderer = RendererSide(game.path)
    yield game, renderer
    renderer.close()
    game.close()
    assert not list(tmp_path.iterdir())


def send(game: GameSide, number: int, width: int = 8, height: int = 4) -> None:
    game.send_frame(number, width, height, bytes([number % 256]) * (4 * width * height), b"draws")


def lanes(checked: bool = False) -> tuple[memoryview, Lane, Lane]:
    """The memory of a lane, its writer and its reader."""
    memory = memoryview(bytearray(Lane.size(100, 10)))
    return memory, Lane(memory, 0, 100, 10, checked), Lane(memory, 0, 100, 10, checked)


def test_the_newest_frame_wins_and_comes_once(sides: Sides) -> None:
    game, renderer = sides
    for number in range(1, 6):
        send(game, number)
    frame = renderer.receive_frame()
    assert frame is not None and frame.number == 5 and frame.draws == b"draws"
    assert frame.pixels.shape == (4, 8, 4) and (frame.pixels == 5).all()
    assert renderer.receive_frame() is None


def test_a_half_written_message_is_not_received() -> None:
    memory, writer, reader = lanes()
    writer.send(1, first=b"a" * 100)
    begun = memory[64 + writer._stride :].cast("I")  # message 1 lies in the second buffer
    begun[0] -= 1
    assert reader.receive() is None
    begun[0] += 1
    message = reader.receive()
    assert message is not None and message.first == b"a" * 100


class Overtaken(Lane):
    """A reader whose first copies are overtaken by the writer."""

    writer: Lane
    times: int

    def _spare(self, length: int) -> memoryview:
        copy = super()._spare(length)
        for number in range(10, 10 + 3 * bool(self.times)):
            self.writer.send(number, first=bytes([number]) * 100)
        self.times -= bool(self.times)
        return copy


@pytest.mark.parametrize(("times", "received"), [(1, True), (3, False)])
def test_a_message_that_is_overwritten_during_the_copy_is_not_received(times: int, received: bool) -> None:
    memory, writer, _ = lanes()
    reader = Overtaken(memory, 0, 100, 10, False)
    reader.writer, reader.times = writer, times
    writer.send(1, first=b"a" * 100)
    message = reader.receive()
    assert (message is not None) == received
    if message is not None:
        assert message.first == bytes([message.number]) * 100


def test_a_changed_byte_is_seen_where_the_processor_may_reorder() -> None:
    for checked in (False, True):
        memory, writer, reader = lanes(checked)
        writer.send(1, first=b"a" * 100, second=b"b" * 10)
        memory[64 + writer._stride + 64 + 50] = 0
        assert (reader.receive() is None) == checked
    for at in (8, 64 + 128):  # the numbers and the second part always have a checksum
        memory, writer, reader = lanes()
        writer.send(1, first=b"a" * 100, second=b"b" * 10)
        memory[64 + writer._stride + at] ^= 1
        assert reader.receive() is None


def test_counters_may_wrap() -> None:
    memory, writer, reader = lanes()
    memory[:4].cast("I")[0] = 0xFFFFFFFC
    for number in range(10):
        writer.send(number, first=bytes([number]))
        message = reader.receive()
        assert message is not None and message.number == number and message.first == bytes([number])


def test_a_picture_is_valid_while_the_next_attempt_fails() -> None:
    _, writer, reader = lanes()
    writer.send(1, first=b"a" * 100)
    first = reader.receive()
    writer.send(2, first=b"b" * 100)
    writer._sequences[2][0] -= 1
    assert reader.receive() is None and first is not None and first.first == b"a" * 100


def test_frames_that_are_kept_stay_as_they_are(sides: Sides) -> None:
    game, renderer = sides
    kept = []
    for number in range(1, 2 * channel.KEPT):
        send(game, number)
        frame = renderer.receive_frame()
        assert frame is not None
        kept.append(frame)
    for number, frame in enumerate(kept, 1):
        assert (frame.pixels == number).all()
    first = kept[0].pixels.ctypes.data
    del kept, frame
    send(game, 99)
    frame = renderer.receive_frame()
    assert frame is not None and frame.pixels.ctypes.data == first, "its memory is used again"


def test_stale_pictures_are_refused(sides: Sides) -> None:
    game, renderer = sides
    send(game, 10)
    picture = np.full((4, 8, 4), 7, np.uint8)
    renderer.send_picture(10, picture)
    got = game.receive_picture(8, 4, oldest=10)
    assert got is not None and got.number == 10 and bytes(got.first) == picture.tobytes()
    assert game.receive_picture(8, 4, oldest=10) is None, "a picture comes once"
    for number, size, oldest in [(9, (8, 4), 10), (11, (8, 4), 0), (10, (4, 8), 0)]:
        renderer.send_picture(number, picture)
        assert game.receive_picture(*size, oldest=oldest) is None


def test_the_status_stays_until_the_next(sides: Sides) -> None:
    game, renderer = sides
    assert game.status() == ("", 0.0, "", -1)
    renderer.send_status("winter", 11.5, "ä" * 5000)
    assert game.status() == ("winter", 11.5, "ä" * 1000, -1) == game.status()


def test_the_game_is_told_which_frame_was_read(sides: Sides) -> None:
    game, renderer = sides
    renderer.send_status("winter", 11.5)
    for number in (0, 7):
        renderer.acknowledge(number)
        assert game.status() == ("winter", 11.5, "", number)
    renderer.send_status("bricks", 3.0)
    assert game.status() == ("bricks", 3.0, "", 7)
    game.resize(16, 8)
    renderer.receive_frame()
    assert game.status().received == 7, "told again in the new block"


def test_an_image_that_the_renderer_dropped_goes_again(sides: Sides) -> None:
    game, renderer = sides
    images = {content_name(b"a"): b"a"}
    assert game.send_images(images) == 0 and renderer.receive_images() == images
    assert game.send_images(images) == 0 and not renderer.receive_images()
    game.forget_images([*images, b"unknown"])
    assert game.send_images(images) == 0 and renderer.receive_images() == images


def test_every_image_crosses_once(sides: Sides) -> None:
    game, renderer = sides
    texts = [bytes([i]) * (i + 1) for i in range(60)]
    images = {content_name(text): text for text in texts}
    received: dict[bytes, bytes] = {}
    rounds = 0
    while game.send_images(images):
        new = renderer.receive_images()
        assert not set(new) & set(received)
        received |= new
        rounds += 1
    assert received | renderer.receive_images() == images
    assert 5 < rounds < 60
    assert game.send_images(images) == 0 and not renderer.receive_images()


def test_a_full_box_waits_for_the_renderer(sides: Sides) -> None:
    game, renderer = sides
    one, two = {content_name(b"one"): b"one"}, {content_name(b"two"): b"two"}
    assert game.send_images(one) == 0
    assert game.send_images(two) == 1
    assert renderer.receive_images() == one
    assert game.send_images(two) == 0 and renderer.receive_images() == two


def test_forgotten_names_are_sent_again(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "_NAMES_LIMIT", 2)
    game, renderer = sides
    images = {content_name(text): text for text in (b"1", b"2", b"3")}
    assert game.send_images(images) == 0 and renderer.receive_images() == images
    first = content_name(b"1")
    assert game.send_images({first: b"1"}) == 0 and renderer.receive_images() == {first: b"1"}


def test_a_resize_is_followed_and_loses_no_image(sides: Sides, tmp_path: Path) -> None:
    game, renderer = sides
    send(game, 1)
    image = {content_name(b"image"): b"image"}
    game.send_images(image)
    game.resize(16, 8)
    game.resize(32, 16)
    send(game, 2, 32, 16)
    renderer.send_picture(1, np.zeros((16, 32, 4), np.uint8))  # too large for the block it still has: dropped
    frame = renderer.receive_frame()
    assert frame is not None and frame.number == 2 and frame.pixels.shape == (16, 32, 4)
    assert renderer.receive_images() == image and game.send_images(image) == 0
    renderer.send_picture(2, frame.pixels)
    picture = game.receive_picture(32, 16, 2)
    assert picture is not None and bytes(picture.first) == bytes([2]) * 2048
    assert not list(tmp_path.iterdir()), "the names of both older blocks are gone"


def test_what_does_not_fit_is_named(sides: Sides) -> None:
    game, renderer = sides
    send(game, 5)
    with pytest.raises(HandoffError, match="above the last one, 5"):
        send(game, 5)
    with pytest.raises(HandoffError, match="has 128 bytes, got 3"):
        game.send_frame(6, 8, 4, b"abc")
    with pytest.raises(HandoffError, match="at most 128 and 100 bytes, got 256 and 0; resize"):
        game.send_frame(6, 8, 8, bytes(256))
    with pytest.raises(HandoffError, match="at most 180 bytes, got 16 and 181"):
        game.send_images({content_name(b""): bytes(181)})
    with pytest.raises(HandoffError, match=r"must be \[H,W,4\] uint8, got \[4, 8, 3\] uint8"):
        renderer.send_picture(5, np.zeros((4, 8, 3), np.uint8))


def test_a_file_that_is_no_block_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandoffError, match="has the game ended"):
        RendererSide(str(tmp_path / f"{channel.PREFIX}none"))
    with pytest.raises(HandoffError, match=r"is no block; give GameSide\.path"):
        RendererSide(__file__)
    for content in (b"", bytes(100), bytes(5000)):
        path = tmp_path / f"{channel.PREFIX}file"
        path.write_bytes(content)
        with pytest.raises(HandoffError, match=r"is no block|must be a block of version 1"):
            RendererSide(str(path))
        assert path.exists(), "a file that is not ours stays"


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HandoffError, match="free some memory"):
        channel.create_block(128, 10, 100, str(tmp_path / "none"), None)


def test_other_files_are_no_leftovers(tmp_path: Path) -> None:
    names = ["reskin-handoff-1-short", "other", f"{channel.PREFIX}1-0123456789abcdef.txt"]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / f"{channel.PREFIX}1-0123456789abcdef").symlink_to(tmp_path / "other")
    assert channel.remove_leftovers(str(tmp_path)) == 0
    assert len(list(tmp_path.iterdir())) == 4


def test_a_still_heartbeat_is_a_hang_but_the_computers_sleep_is_none(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    game, renderer = sides
    now = time.monotonic()
    monkeypatch.setattr(channel, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(channel, "_try_lock", lambda descriptor, side: False)  # as if by another process
    renderer.beat()
    states = []
    for passed in (0.0, 100.0, 0.2, 0.2, 0.2, 0.2):
        now += passed
        states.append(game.renderer())
    assert states == ["alive"] * 5 + ["hanging"]
    renderer.beat()
    assert game.renderer() == "alive"
