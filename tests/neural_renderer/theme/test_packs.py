"""Theme packs: a good one survives a round trip; every other is refused by name, and nothing in it runs.

The malformed packs are made from one good pack: `TENSOR_CASES`, `FILE_CASES` and `HEAD_CASES`.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from safetensors.numpy import save

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.architecture import ARCHITECTURE, TENSORS, Tensors
from reskin.neural_renderer.errors import ThemeError
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme import pack as packs
from reskin.neural_renderer.theme.pack import load_theme
from tests.neural_renderer.samples import random_theme, world

HEAD: dict[str, Any] = {
    "name": "good", "title": "Good", "version": "1.0.0", "author": "A. N. Author", "licence": "CC0-1.0",
    "architecture": ARCHITECTURE, "strength": {"coin": 0.5}, "training": {"seed": 1},
    "metrics": {"psnr": 30.5},
}  # fmt: skip


@cache
def weights() -> bytes:
    return save(random_theme().tensors)


@cache
def header() -> tuple[int, bytes]:
    """Length and text of the good file's header, which follows eight bytes of its length."""
    length = struct.unpack("<Q", weights()[:8])[0]
    return length, weights()[8 : 8 + length]


def write(folder: Path, head: str | bytes | None = None, tensors: bytes | None = None) -> Path:
    """A pack; what is not given is good."""
    folder.mkdir(exist_ok=True)
    text = yaml.safe_dump(HEAD) if head is None else head
    (folder / "theme.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "weights.safetensors").write_bytes(weights() if tensors is None else tensors)
    return folder


def refused(folder: Path, *words: str) -> str:
    """Load a pack that must be refused by a message that has all `words`; returns the message."""
    with pytest.raises(ThemeError) as caught:
        load_theme(folder)
    message = str(caught.value)
    assert len(message) < 2000, "a message is for people"
    for word in words:
        assert word in message, f"{word!r} is not in {message!r}"
    return message


# Good packs


def test_a_pack_survives_a_round_trip(tmp_path: Path) -> None:
    theme = replace(random_theme(), strength={"coin": 0.5}, metrics={"psnr": 30.5}, author="Ann Ö.")
    theme.save(tmp_path / "mine")
    back = load_theme(tmp_path / "mine")
    for name in ("name", "title", "version", "author", "licence", "strength", "metrics", "training"):
        assert getattr(back, name) == getattr(theme, name)
    for name, (dtype, shape) in TENSORS.items():
        assert back.tensors[name].dtype == dtype and back.tensors[name].shape == shape
        assert np.array_equal(back.tensors[name], theme.tensors[name])
    assert load_theme(str(tmp_path / "mine")) is back
    assert sorted(p.name for p in (tmp_path / "mine").iterdir()) == ["theme.yaml", "weights.safetensors"]


def test_detail_is_a_number_or_a_table(tmp_path: Path) -> None:
    def factors(detail: object) -> NDArray[np.int32]:
        head = yaml.safe_dump(HEAD | ({} if detail is None else {"detail": detail}))
        theme = load_theme(write(tmp_path / "a", head))
        theme.save(tmp_path / "b")
        again = load_theme(tmp_path / "b").detail_factors
        assert np.array_equal(again, theme.detail_factors)
        return again[[MATERIALS.index(name) for name in ("unknown", "sky", "brick", "grass")]][:, 128 + 32]

    three_quarters, half = round(256 * 2**0.75), round(256 * 2**0.5)
    assert factors(None).tolist() == [256, 256, three_quarters, three_quarters]
    assert factors(0.5).tolist() == [256, 256, half, half]
    assert factors({"brick": 1}).tolist() == [256, 256, 512, three_quarters]
    assert factors({"every": 0, "sky": 1, "grass": 0.5}).tolist() == [256, 512, 256, half]


def test_the_factors_of_detail_are_far_from_a_tie() -> None:
    """So that a power that differs in its last bit, on another machine, gives the same integers."""
    for strength in np.arange(0.05, 1.0001, 0.05):
        exact = 256 * 2 ** (strength * (np.arange(256) - 128) / 32)
        assert np.abs(exact - np.floor(exact) - 0.5).min() > 1e-5


def test_the_tables_may_be_missing_or_one_dict(tmp_path: Path) -> None:
    head = {key: value for key, value in HEAD.items() if key not in ("strength", "training", "metrics")}
    assert load_theme(write(tmp_path / "a", yaml.safe_dump(head))).metrics == {}
    assert load_theme(write(tmp_path / "b", yaml.safe_dump(head | {"metrics": None}))).metrics == {}
    figures = {"psnr": 1.0}
    replace(random_theme(), metrics=figures, training=figures).save(tmp_path / "c")
    assert load_theme(tmp_path / "c").training == figures


def test_a_pack_that_changed_is_read_again(tmp_path: Path) -> None:
    random_theme(1).save(tmp_path / "mine")
    before = load_theme(tmp_path / "mine")
    (tmp_path / "mine" / "weights.safetensors").write_bytes(save(random_theme(2).tensors))
    os.utime(tmp_path / "mine" / "weights.safetensors", ns=(1, 1))
    assert not np.array_equal(load_theme(tmp_path / "mine").tensors["mix"], before.tensors["mix"])


# Tensors


def spoil(name: str, how: str) -> Tensors:
    """The good tensors with one of them spoilt."""
    tensors = {key: value.copy() for key, value in random_theme().tensors.items()}
    value = tensors[name]
    if how == "missing":
        del tensors[name]
    elif how == "dtype":
        tensors[name] = value.astype(np.float16 if value.dtype == np.float32 else np.float32)
    elif how == "shape":
        tensors[name] = np.concatenate((value, value[:1]))
    elif how == "flat":
        tensors[name] = value.reshape(-1, 1)
    elif how == "empty":
        tensors[name] = value[:0]
    elif how == "renamed":
        tensors[name + "x"] = tensors.pop(name)
    else:
        value.flat[value.size // 2] = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf, "huge": 2e6}[how]
    return tensors


HOWS = ("missing", "dtype", "shape", "flat", "empty", "renamed")
TENSOR_CASES = [
    (name, how)
    for name, (dtype, _) in TENSORS.items()
    for how in HOWS + (("nan", "inf", "-inf", "huge") if dtype == "float32" else ())
    if not (how == "flat" and name == "embed")
] + [("embed", "flat")]


@pytest.mark.parametrize(("name", "how"), TENSOR_CASES, ids="-".join)
def test_a_spoilt_tensor(tmp_path: Path, name: str, how: str) -> None:
    refused(write(tmp_path / "bad", tensors=save(spoil(name, how))), "bad", name)


@pytest.mark.parametrize("name", ["span", "highs", "head.0.step"])
@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_scale_that_is_no_scale(tmp_path: Path, name: str, value: float) -> None:
    tensors = spoil(name, "huge")
    tensors[name][:] = random_theme().tensors[name]
    tensors[name].flat[-1] = value
    refused(write(tmp_path / "bad", tensors=save(tensors)), name, "must be above")


def test_a_tensor_too_many(tmp_path: Path) -> None:
    many = {**random_theme().tensors, "zz": np.zeros(3, np.float32)}
    refused(write(tmp_path / "bad", tensors=save(many)), "unexpected tensors", "zz")


# Files


def altered_header(old: str, new: str) -> bytes:
    """The good weights with a piece of the header's text replaced, and its length put right."""
    length, text = header()
    changed = text.decode().replace(old, new, 1).encode()
    assert changed != text
    return struct.pack("<Q", len(changed)) + changed + weights()[8 + length :]


def flipped(position: int, bit: int) -> bytes:
    data = bytearray(weights())
    data[position] ^= 1 << bit
    return bytes(data)


def first_entry() -> tuple[str, dict[str, Any]]:
    return next(iter(json.loads(header()[1]).items()))


LENGTHS = (0, 1, 7, 8, 9, 100, 1000, 2500)
FILE_CASES: dict[str, Callable[[], bytes]] = {
    **{f"the first {n} bytes": lambda n=n: weights()[:n] for n in LENGTHS},  # type: ignore[misc]
    **{f"all but {n} bytes": lambda n=n: weights()[:-n] for n in (1, 4, 1000, 500_000)},  # type: ignore[misc]
    **{f"{n} bytes too many": lambda n=n: weights() + bytes(n) for n in (1, 8, 4096)},  # type: ignore[misc]
    **{
        f"bit {bit} of byte {at} flipped": lambda at=at, bit=bit: flipped(at, bit)  # type: ignore[misc]
        for at, bit in [(i, i % 8) for i in range(8)] + [(8 + 37 * i, i % 7) for i in range(40)]
    },
    "zeros": lambda: bytes(100_000),
    "a header of 2**63 bytes": lambda: struct.pack("<Q", 1 << 63) + weights()[8:],
    "a header that is no JSON": lambda: struct.pack("<Q", 4) + b"abcd",
    "a header that is a list": lambda: struct.pack("<Q", 2) + b"[]",
    "a header nested 50,000 deep": lambda: struct.pack("<Q", 100_000) + b"[" * 50_000 + b"]" * 50_000,
    "no tensors": lambda: struct.pack("<Q", 2) + b"{}",
    "a pickle": lambda: (
        b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94."
    ),
    "a zip": lambda: b"PK\x03\x04" + bytes(200),
    "text": lambda: b"name: winter\n" * 50,
    "a strange type": lambda: altered_header('"F32"', '"F99"'),
    "an 8-bit float": lambda: altered_header('"I8"', '"F8_E4M3"'),
    "a 16-bit brain float": lambda: altered_header('"F32"', '"BF16"'),
    "a negative size": lambda: altered_header('"shape":[', '"shape":[-1,'),
    "a size of 2**64": lambda: altered_header('"shape":[', '"shape":[18446744073709551616,'),
    "sizes whose product overflows": lambda: altered_header('"shape":[', '"shape":[4294967296,4294967296,'),
    "no offsets": lambda: altered_header('"data_offsets"', '"data_offsetz"'),
    "one name twice": lambda: altered_header('"gain"', '"embed"'),
    "an empty name": lambda: altered_header('"gain"', '""'),
    "a name that is a path": lambda: altered_header('"gain"', '"../../gain"'),
}


@pytest.mark.parametrize("case", FILE_CASES)
def test_a_spoilt_file(tmp_path: Path, case: str) -> None:
    data = FILE_CASES[case]()
    assert data != weights()
    message = refused(write(tmp_path / "bad", tensors=data), "bad", "weights.safetensors")
    assert "safetensors file, but" in message or "tensors" in message or "must be" in message


def test_flips_among_the_numbers_never_crash(tmp_path: Path) -> None:
    """A flip behind the header may still be a good pack: then it restyles, else it is refused."""
    start = 8 + header()[0]
    refusals: list[str] = []
    for i in range(24):
        at = start + (len(weights()) - start) * i // 24
        try:
            theme = load_theme(write(tmp_path / f"pack{i}", tensors=flipped(at, (3 * i) % 8)))
        except ThemeError as error:
            refusals.append(str(error))
        else:
            assert theme.name == "good"
    assert len(refusals) < 14 and all("must be" in refusal for refusal in refusals)


def test_files_that_are_missing_too_large_or_no_files(tmp_path: Path) -> None:
    refused(tmp_path / "nowhere", "no theme", "nowhere")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "no theme", "empty")
    (write(tmp_path / "lone") / "weights.safetensors").unlink()
    refused(tmp_path / "lone", "expected a file weights.safetensors")
    (tmp_path / "lone" / "weights.safetensors").mkdir()
    refused(tmp_path / "lone", "expected a file weights.safetensors")
    os.truncate(write(tmp_path / "large") / "weights.safetensors", packs.LARGEST_PACK + 1)
    refused(tmp_path / "large", str(packs.LARGEST_PACK + 1))
    refused(write(tmp_path / "long", "# " + "x" * 70_000), "65536", "70002")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("file", ["theme.yaml", "weights.safetensors"])
def test_a_pipe_does_not_hang(tmp_path: Path, file: str) -> None:
    (write(tmp_path / "pipe") / file).unlink()
    os.mkfifo(tmp_path / "pipe" / file)
    refused(tmp_path / "pipe", "pipe")


# Names


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../winter", "../themes/winter", "winter/", "/", "winter\0", "a/../winter", "~/winter",
        "x" * 5000, "win ter", "-rf", "$HOME", "wintre", "winter\n", "theme.yaml", "./winter", ".hidden",
    ],
)  # fmt: skip
def test_a_name_is_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Names are looked up among the shipped themes, and lead nowhere else."""
    shipped = tmp_path / "assets" / "themes"
    shipped.mkdir(parents=True)
    write(shipped / "winter")
    write(tmp_path / "assets" / "winter")
    write(shipped)
    write(shipped.parent)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr(packs, "themes_folder", lambda: shipped)
    assert load_theme("winter").name == "good" and packs.available_themes() == ["winter"]
    with pytest.raises(ThemeError, match="no theme"):
        load_theme(name)


# theme.yaml


def head(**changes: Any) -> str:
    """The good head with fields changed; None as a change removes a field."""
    return yaml.safe_dump({key: value for key, value in {**HEAD, **changes}.items() if value is not None})


def with_line(line: str) -> str:
    return head() + line + "\n"


BOMB = "a: &a {x: 1}\n" + "".join(
    f"{b}: &{b} {{<<: [{', '.join([f'*{a}'] * 9)}]}}\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
TEXTS = ("name", "title", "version", "author", "licence")
HEAD_CASES: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    **{f"no {key}": (head(**{key: None}), (key,)) for key in (*TEXTS, "architecture")},
    **{f"{key} is a number": (head(**{key: 7}), (key, "7")) for key in (*TEXTS, "architecture")},
    **{f"{key} is a list": (head(**{key: ["x"]}), (key, "['x']")) for key in (*TEXTS, "architecture")},
    **{f"{key} is empty": (head(**{key: ""}), (key, "''")) for key in (*TEXTS, "architecture")},
    **{f"{key} is endless": (head(**{key: "x" * 50_000}), (key, "xxx")) for key in TEXTS},
    **{
        f"{key} is {name}": (head(**{key: value}), (key,))
        for key in ("strength", "metrics", "training")
        for name, value in {
            "a list": [1],
            "a text": "much",
            "a number": 3,
            "of texts": {"coin": "0.5"},
            "of truths": {"coin": True},
            "of nothing": {"coin": None},
            "of NaN": {"coin": float("nan")},
            "of infinity": {"coin": float("inf")},
            "of lists": {"coin": [1.0]},
            "of numbered": {5: 0.5},
            "of 1e300": {"coin": 1e300},
            "of a date": {"coin": "!!timestamp 2001-01-01"},
        }.items()
    },
    "strength above 1": (head(strength={"coin": 1.01}), ("strength", "coin", "1.01")),
    "strength below 0": (head(strength={"coin": -0.5}), ("strength", "coin", "-0.5")),
    "strength of no material": (head(strength={"gold": 0.5}), ("strength", "gold")),
    **{
        f"detail is {name}": (head(detail=value), ("detail", "0..1"))
        for name, value in {
            "a list": [1], "a text": "much", "above 1": 1.5, "of no material": {"gold": 0.5},
            "below 0": {"coin": -0.1}, "of texts": {"coin": "0.5"}, "true": True,
            "of NaN": {"coin": float("nan")},
        }.items()
    },
    "another architecture": (
        head(architecture="reskin-0/32x4"),
        ("architecture", "reskin-0/32x4", ARCHITECTURE),
    ),
    "a name that is a path": (head(name="../winter"), ("name", "../winter")),
    "a name that is absolute": (head(name="/etc/passwd"), ("name", "/etc/passwd")),
    "a name with a control character": (head(name="win\x1b[2Jter"), ("name",)),
    "a title that clears the screen": (head(title="\x1b[2J"), ("title",)),
    "a title of two lines": (head(title="one\ntwo"), ("title",)),
    "an unknown field": (with_line("colour: red"), ("unknown fields", "colour")),
    "a misspelt field": (with_line("strenght: {coin: 1}"), ("unknown fields", "strenght")),
    "a field without a name": (with_line("null: 1"), ("unknown fields",)),
    "a field that is a number": (with_line("7: 1"), ("unknown fields", "7")),
    "a field that is a huge number": (with_line(f"? 0x{'f' * 20_000}\n: 1"), ("unknown fields",)),
    "a field that is a list": (with_line("? [a, b]\n: 1"), ("plain YAML",)),
    "nothing": ("", ("expected a mapping", "NoneType")),
    "a list": ("- a\n- b\n", ("expected a mapping", "list")),
    "a text": ("winter", ("expected a mapping", "str")),
    "a number": ("7", ("expected a mapping", "int")),
    "two documents": (head() + "---\n" + head(), ("plain YAML",)),
    "no YAML": ("{[}: ,", ("plain YAML",)),
    "a tab": ("\tname: winter", ("plain YAML",)),
    "an open quote": ('name: "winter', ("plain YAML",)),
    "bytes": (bytes(range(256)), ("plain YAML",)),
    "another encoding": (head(author="Ö").encode("utf-16"), ("plain YAML",)),
    "half a character": (head().encode() + b"\n# \xc3", ("plain YAML",)),
    "a zero byte": (head() + "\0", ("plain YAML",)),
    "50,000 brackets": ("[" * 50_000, ("plain YAML",)),
    "50,000 braces": ("{" * 50_000, ("plain YAML",)),
    "50,000 questions": ("? " * 25_000, ("plain YAML",)),
    "a billion laughs": (head() + LAUGHS, ("plain YAML", "alias")),
    "a billion merges": (head() + BOMB, ("plain YAML", "alias")),
    "laughs in the strength": (head(strength=None) + LAUGHS.replace("a: &a", "strength: &a", 1), ("alias",)),
    "a list that holds itself": (with_line("self: &s [*s]"), ("plain YAML", "alias")),
    "an alias": (head(metrics=None) + "metrics: &m {a: 1}\nx: *m\n", ("plain YAML", "alias")),
    "a number of 20,000 digits": (with_line(f"x: {'9' * 20_000}"), ("plain YAML",)),
    "a huge number in the metrics": (head(metrics=None) + f"metrics: {{a: 0x{'f' * 20_000}}}", ("metrics",)),
    "sixty to the thousands": (with_line("x: 1" + ":59" * 5_000 + ".5"), ("plain YAML",)),
    "an empty number": (with_line('x: !!int ""'), ("plain YAML",)),
    "an empty float": (with_line('x: !!float ""'), ("plain YAML",)),
    "no truth": (with_line("x: !!bool maybe"), ("plain YAML",)),
    "a date that is none": (with_line("x: 2001-99-99"), ("plain YAML",)),
    "an unknown tag": (with_line("x: !thing {}"), ("plain YAML", "!thing")),
}

RUNS = "!!python/object/apply:os.system ['touch {marker}']"
HOSTILE: dict[str, str] = {
    "at the top": RUNS,
    "as a field": f"name: {RUNS}\ntitle: x\n",
    "in the strength": head(strength=None) + f"strength: {{coin: {RUNS}}}\n",
    "as a key": f"? {RUNS}\n: 1\n",
    "new": "!!python/object/new:os.system ['touch {marker}']",
    "a module": "!!python/module:antigravity",
    "a name": "!!python/name:os.system",
    "an object": "!!python/object:subprocess.Popen {args: 'touch {marker}', shell: true}",
    "new with state": (
        "!!python/object/new:type {args: [x, !!python/tuple [], {}], "
        "state: !!python/object/apply:os.system ['touch {marker}']}"
    ),
    "a tuple": with_line("x: !!python/tuple [1, 2]"),
    "eval": "!!python/object/apply:builtins.eval [\"open('{marker}', 'w')\"]",
    "spelled out": "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch {marker}']",
    "by a prefix": "%TAG !p! tag:yaml.org,2002:python/\n---\n!p!object/apply:os.system ['touch {marker}']",
}


@pytest.mark.parametrize("case", HEAD_CASES)
def test_a_spoilt_head(tmp_path: Path, case: str) -> None:
    text, words = HEAD_CASES[case]
    refused(write(tmp_path / "bad", text), "theme.yaml", *words)


@pytest.mark.parametrize("case", HOSTILE)
def test_nothing_in_a_head_is_executed(tmp_path: Path, case: str) -> None:
    marker = tmp_path / "executed"
    bad = write(tmp_path / "bad", HOSTILE[case].replace("{marker}", str(marker)))
    refused(bad, "theme.yaml", "plain YAML", "python")
    assert not marker.exists()


def test_the_hostile_heads_are_hostile(tmp_path: Path) -> None:
    """The loader that must never be used does execute them: the test above tests something."""
    marker = tmp_path / "executed"
    yaml.unsafe_load(HOSTILE["at the top"].replace("{marker}", str(marker)))
    assert marker.exists()


def test_there_are_enough_malformed_packs() -> None:
    assert len(TENSOR_CASES) + len(FILE_CASES) + len(HEAD_CASES) + len(HOSTILE) >= 150


def test_a_refused_pack_leaves_the_theme_as_it_was(tmp_path: Path) -> None:
    restyler = Restyler(random_theme())
    before = restyler(world())
    write(tmp_path / "bad", head(metrics=[1]))
    with pytest.raises(ThemeError, match="metrics"):
        restyler.set_theme(str(tmp_path / "bad"))
    restyler.reset()
    assert restyler.theme == "random" and np.array_equal(restyler(world()), before)
