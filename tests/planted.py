"""Proves that the tests can fail: plants one bug after the other, and expects each to be caught.

    python -m tests.planted            all of them, a few minutes
    python -m tests.planted --list     what they are
    python -m tests.planted NAME ...   some of them

Each bug is one substitution in a temporary copy of the tree, in which the tests of that part are run.
It counts as caught only if a test fails there that passes without the bug; a bug that breaks the import
proves nothing. A substitution that no longer fits the code is an error: write it anew.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
ROOMS: Final = ("engine", "kernels", "neural_renderer", "demo_games", "assets")
TIMEOUT_S: Final = 1800


@dataclass(frozen=True)
class Bug:
    """`before` occurs once in the file `path` and becomes `after`; `tests` must then fail."""

    name: str
    what: str
    path: str
    before: str
    after: str
    tests: tuple[str, ...]


BUGS: Final = (
    Bug(
        "hud", "the HUD is blended off by one", "engine/hud_pixels.py",
        "* through + 127) // 255", "* through + 254) // 255",
        ("tests/engine/draw/test_hud_pixels.py", "tests/neural_renderer/test_restyler.py"),
    ),
    Bug(
        "gpu-turn", "a GPU's frame is steadied by the map of surfaces that it writes",
        "neural_renderer/runtimes/cuda_network.py",
        "self._ids[last], channels.motion", "ids, channels.motion",
        ("tests/neural_renderer/runtimes/test_cuda.py",),
    ),
    Bug(
        "gpu-cut", "textures keep their history at a cut", "neural_renderer/runtimes/cuda_gl.py",
        " and not frame.cut", "", ("tests/neural_renderer/runtimes/test_cuda_gl.py",),
    ),
    Bug(
        "fragment", "two halves of the weights are swapped on a GPU", "kernels/block/layout.py",
        "transpose(3, 0, 2, 5, 1, 4, 6)", "transpose(3, 0, 2, 5, 4, 1, 6)",
        ("tests/kernels/cuda/test_block.py",),
    ),
    Bug(
        "motion", "the sign of motion is flipped", "engine/draw/canvas.py",
        "return position[0] - before[0], position[1] - before[1]",
        "return before[0] - position[0], before[1] - position[1]",
        ("tests/engine/draw/test_canvas.py",),
    ),
    Bug(
        "mirror", "the anchor of flipped things is not mirrored", "engine/draw/slots.py",
        "return Surface2D(0.5 - left - width, 0.5 - top, -1 / width,",
        "return Surface2D(0.5 - left, 0.5 - top, 1 / width,",
        ("tests/engine/draw/test_canvas.py",),
    ),
    Bug(
        "half-a-tick", "a tick in which a script failed is not rolled back", "engine/script/game.py",
        "            self.restore(state)\n        except Exception:\n",
        "            self.tick = state[\"tick\"]\n        except Exception:\n",
        ("tests/engine/script/test_script_reload.py",),
    ),
    Bug(
        "orphaned", "a field that an edit lost is gone for good", "engine/script/migrate.py",
        "    orphaned.update(left)\n", "",
        ("tests/engine/script/test_script_reload.py",),
    ),
    Bug(
        "sets", "the check on load lets a loop go through a set", "engine/script/check.py",
        "    def visit_For(self, node: ast.For) -> None:\n        self._iterates(node.iter)\n",
        "    def visit_For(self, node: ast.For) -> None:\n",
        ("tests/engine/script/test_script_check.py",),
    ),
    Bug(
        "glut", "a market's price does not answer its stock", "demo_games/caravan/rules/market.py",
        "percent = 200 - 100 * stock // WANTED", "percent = 100",
        ("tests/demo_games/test_caravan.py",),
    ),
    Bug(
        "debit", "a transfer does not debit its source", "engine/ledger/ledger.py",
        "            self._state.set_balance(source, item, left)\n", "",
        ("tests/engine/ledger/test_ledger.py",),
    ),
    Bug(
        "slots", "a full account takes another kind of item", "engine/ledger/types.py",
        "return self.stack_limit - held if held or self.free_slots > 0 else 0",
        "return self.stack_limit - held",
        ("tests/engine/ledger/test_ledger.py",),
    ),
    Bug(
        "touched", "the check of a tick forgets what was burned", "engine/ledger/state.py",
        "made = self.total(item) - self._totals.get(item, self.total(item))",
        "made = self.minted.get(item, 0) - self._totals.get(item, self.minted.get(item, 0))",
        ("tests/engine/ledger/test_ledger.py",),
    ),
    Bug(
        "audit-log", "the audit log is not rolled back", "engine/ledger/ledger.py",
        "            commit_log()\n", "",
        ("tests/engine/ledger/test_audit_log.py",),
    ),
    Bug(
        "scatter", "columns of a join are not written back", "engine/ecs/columns.py",
        "                column[self._rows] = array\n", "                pass\n",
        ("tests/engine/ecs/test_world.py",),
    ),
    Bug(
        "gone", "the despawned come back with the columns", "engine/ecs/tables.py",
        "            self.gone.update(ids)\n", "            pass\n",
        ("tests/engine/ecs/test_world.py",),
    ),
    Bug(
        "rollback", "a group that fails is not undone", "engine/ledger/ledger.py",
        "            state.rewind(undo)\n", "",
        ("tests/engine/ledger/test_ledger.py",),
    ),
    Bug(
        "streams", "all random streams of a seed are one", "engine/simulation/rng.py",
        'f"{seed}:{name}"', 'f"{seed}"',
        ("tests/engine/simulation/test_rng.py",),
    ),
    Bug(
        "hash", "the state hash forgets the arrays", "engine/simulation/simulation.py",
        "            digest.update(array.reshape(-1).data)\n", "",
        ("tests/engine/simulation/test_simulation.py",),
    ),
    Bug(
        "seal", "a snapshot's seal in a save is not compared", "engine/persistence/savefile.py",
        "        if kept.mark != mark:\n", "        if False:\n",
        ("tests/engine/persistence/test_save.py",),
    ),
    Bug(
        "chain", "a journal may have gaps", "engine/persistence/savefile.py",
        " and link.digest == log_digest(digest, link.log.encode()):", ":",
        ("tests/engine/persistence/test_save.py",),
    ),
    Bug(
        "half", "a failed commit leaves half of itself", "engine/persistence/journal.py",
        '                execute("ROLLBACK")\n', '                execute("COMMIT")\n',
        ("tests/engine/persistence/test_save.py",),
    ),
    Bug(
        "again", "a replay's hashes are not compared", "engine/persistence/playback.py",
        "        if expected is not None and expected != found:\n", "        if False:\n",
        ("tests/engine/persistence/test_replay.py",),
    ),
    Bug(
        "sync", "the sync test compares nothing", "engine/determinism/synctest.py",
        "            if simulation.state_hash() != tick.hash:\n", "            if False:\n",
        ("tests/engine/determinism/test_synctest.py",),
    ),
    Bug(
        "migrations", "a snapshot's version of a component is ignored", "engine/persistence/migrations.py",
        "_migrations(kind)[stored - 1 :]", "_migrations(kind)",
        ("tests/engine/persistence/test_snapshot.py",),
    ),
    Bug(
        "guard", "the circuit breaker swallows a fault and shows black", "engine/loop/circuit_breaker.py",
        "            return plain_picture(frame)\n        self.success()",
        "            return np.zeros_like(frame.color)\n        self.success()",
        ("tests/engine/loop/test_circuit_breaker.py",),
    ),
    Bug(
        "cut", "the history is not dropped at a cut", "neural_renderer/restyler.py",
        "        if frame.cut:\n", "        if False:\n",
        ("tests/neural_renderer/test_restyler.py",),
    ),
    Bug(
        "switch", "the old theme shines through the new one", "neural_renderer/restyler.py",
        "history = None  # the new theme", "pass  # the new theme",
        ("tests/neural_renderer/test_restyler.py",),
    ),
    Bug(
        "nan", "a network that gives no numbers is not refused", "neural_renderer/runtimes/cpu.py",
        "        if bad:\n", "        if False:\n",
        ("tests/neural_renderer/runtimes/test_runtimes.py",),
    ),
    Bug(
        "step", "the int8 body ignores the step of its weights", "neural_renderer/runtimes/body.py",
        "(layer.step, (-1", "(np.full_like(layer.step, layer.step.mean()), (-1",
        ("tests/kernels/test_block.py",),
    ),
    Bug(
        "overflow", "two products of bytes and weights overflow 16 bits", "kernels/block/__init__.py",
        "WEIGHT_LIMIT: Final = 64", "WEIGHT_LIMIT: Final = 127",
        ("tests/kernels/test_block.py",),
    ),
    Bug(
        "rounding", "a product and a sum are rounded once where the machine can", "kernels/simd/vectors.py",
        "        return builder.fadd(builder.fmul(first, args[1]), args[2])\n",
        "        kind, name = args[1].type, f\"llvm.fma.v{b.count}f32\"\n"
        "        return builder.call(_function(builder, name, kind, [kind] * 3), [first, *args[1:]])\n",
        ("tests/kernels/simd/test_vectors.py",),
    ),
    Bug(
        "detection", "every processor is taken for one with AVX2", "kernels/simd/processor.py",
        'return "pairs" if "avx2" in features else "plain"', 'return "pairs"',
        ("tests/kernels/simd/test_processor.py",),
    ),
    Bug(
        "yaml", "a pack's YAML may construct objects", "neural_renderer/theme/safe_yaml.py",
        "class Loader(yaml.SafeLoader):", "class Loader(yaml.UnsafeLoader):",
        ("tests/neural_renderer/theme/test_packs.py",),
    ),
    Bug(
        "texel", "the noise is sampled off by a texel", "kernels/head/cpu.py",
        "size - 1))\n            store(memory.noise", "size - 1)) ^ 1\n            store(memory.noise",
        ("tests/kernels/test_head.py",),
    ),
    Bug(
        "edges", "a surface plus the profile of a border is not cut at 255", "kernels/head/cpu.py",
        "at_most(relu(mul_add(one, own, total)), most)", "relu(mul_add(one, own, total))",
        ("tests/kernels/test_head.py",),
    ),
    Bug(
        "disocclusion", "what was hidden keeps a history", "kernels/reproject/cpu.py",
        "history[x] = seen if previous_id[x] == surface_id[x] else np.uint32(0)", "history[x] = seen",
        ("tests/kernels/test_reproject.py",),
    ),
    Bug(
        "wear", "a pickaxe never wears", "demo_games/miner/rules/digging.py",
        '.state["durability"] - amount', '.state["durability"]',
        ("tests/demo_games/test_miner.py",),
    ),
    Bug(
        "sale", "the stall takes no coins", "demo_games/miner/rules/trade.py",
        '        ledger.transfer("player", "shop", "coin", PRICE, "bought a steel pickaxe", tick)\n', "",
        ("tests/demo_games/test_miner.py",),
    ),
)  # fmt: skip


class Misfit(Exception):
    """A substitution does not fit the code, or the tests fail without any bug."""


def plant(bug: Bug, tree: Path) -> None:
    """Put a bug into a tree. Raises Misfit unless its text occurs exactly once."""
    path = tree / bug.path
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    count = text.count(bug.before)
    if count != 1:
        raise Misfit(
            f"bug {bug.name!r}: expected its text once in {bug.path}, found it {count} times; write it anew"
        )
    path.write_text(text.replace(bug.before, bug.after), encoding="utf-8")
    for compiled in path.parents[len(Path(bug.path).parts) - 2].rglob("*.nb[ci]"):
        compiled.unlink()  # Numba does not see that a function which another file calls has changed


def copy_tree(to: Path) -> None:
    for folder in (*ROOMS, "reskin", "tests"):
        shutil.copytree(ROOT / folder, to / folder, symlinks=True)
    for file in ("pyproject.toml", "README.md", "CONTRIBUTING.md", "Makefile"):
        shutil.copy2(ROOT / file, to / file)


def run_tests(tree: Path, tests: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """pytest in a tree, which must be the one that is imported there."""
    check = f"import reskin.engine\nassert next(iter(reskin.engine.__path__)).startswith({str(tree)!r})"
    subprocess.run([sys.executable, "-c", check], cwd=tree, check=True)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=line", *tests]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


def caught_by(bug: Bug) -> str | None:
    """The test that catches a bug, or None."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        tree = Path(folder).resolve()
        copy_tree(tree)
        plant(bug, tree)
        done = run_tests(tree, bug.tests)
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if done.returncode == 1 and failed:
        return failed[0].split(" - ")[0]
    if done.returncode != 0:
        said = done.stdout[-2000:] + done.stderr[-500:]
        raise Misfit(f"bug {bug.name!r}: pytest ended with {done.returncode}, not with a failed test\n{said}")
    return None


def check_without_bugs(bugs: Iterable[Bug]) -> None:
    """The tests pass as long as nothing is planted."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        tree = Path(folder).resolve()
        copy_tree(tree)
        done = run_tests(tree, sorted({test for bug in bugs for test in bug.tests}))
    if done.returncode != 0:
        raise Misfit(f"the tests fail without any bug:\n{done.stdout[-3000:]}")


def main() -> int:
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m tests.planted", description=about)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="say what the bugs are, and plant none")
    asked = parser.parse_args()
    unknown = set(asked.names) - {bug.name for bug in BUGS}
    if unknown:
        parser.error(f"no bug is named {', '.join(sorted(unknown))}; see --list")
    bugs = [bug for bug in BUGS if not asked.names or bug.name in asked.names]
    if asked.list:
        print("\n".join(f"{bug.name:13} {bug.what}: {bug.path}" for bug in bugs))
        return 0
    try:
        check_without_bugs(bugs)
        print("all tests pass without a bug", flush=True)
        missed = 0
        for bug in bugs:
            started = time.monotonic()
            test = caught_by(bug)
            missed += test is None
            seconds = time.monotonic() - started
            verdict = "caught by " + test if test else "NOT CAUGHT"
            print(f"{bug.name:13} {bug.what}: {verdict} ({seconds:.0f} s)", flush=True)
    except Misfit as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{len(bugs) - missed} of {len(bugs)} planted bugs caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
