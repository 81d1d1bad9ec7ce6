"""Teaches a student a lesson, such as a painter's, and writes a theme pack.

Read `Plan` for what can be set. A training is resumable: its folder holds the painted clips and the
last checkpoint; an interrupted one goes on where it stopped, and no theme is touched until the end.
Where what is taught was changed since, clips and training start anew.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Final

import numpy as np
import torch
from torch import Tensor

from reskin.engine.atomic_write import atomic_write
from reskin.engine.capture.pictures import save_png
from reskin.kernels import PATCH
from reskin.kernels.border import REACH
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.materials import IS_THING
from reskin.neural_renderer.network import Network, Student
from reskin.neural_renderer.teachers.clips import Clip, Spot
from reskin.neural_renderer.teachers.lessons import Lesson
from reskin.neural_renderer.teachers.plan import Plan
from reskin.neural_renderer.theme.pack import Theme, pack
from reskin.neural_renderer.train.losses import change_loss, picture_loss

Report = Callable[[str, float, str], None]
"""Called with the stage ("paint", "train"), the fraction done and a short text."""


MARGIN = 12
"""Pixels along a crop's edge that are not asked for: what shapes them lies outside the crop."""


SAVE_S: Final = 30.0
"""How often a checkpoint is written: what a kill costs at most."""
LOOK_S: Final = 15.0
"""How often the picture of how far the student is gets written."""


def learn(
    lesson: Lesson,
    plan: Plan,
    *,
    work: Path,
    out: Path,
    resume: bool = True,
    report: Report | None = None,
    look: Path | None = None,
) -> Theme:
    """Teach a lesson in folder `work`; write the theme's pack to `out`; return it.

    look: a PNG that shows, while the training runs, the first clip as it ought to look, and as learnt.
    """
    run = Training(lesson, plan, work, resume, look)
    say = report or (lambda stage, done, text: None)
    run.paint(say)
    run.train(say)
    return run.finish(out)


@dataclass
class Batch:
    """T frames of B crops: every entry of the lists is one frame."""

    material: list[Tensor]
    albedo: list[Tensor]
    anchor: list[Tensor]
    noise: list[Tensor]
    edge_nearness: list[Tensor]
    neighbour: list[Tensor]
    source: list[Tensor]
    target: list[Tensor]
    weight: Tensor


class Training:
    """One training: its clips, its student and optimiser, and its checkpoint on disk."""

    def __init__(
        self, lesson: Lesson, plan: Plan, work: Path, resume: bool, look: Path | None = None
    ) -> None:
        self.lesson, self.plan, self.work, self.look = lesson, plan, work, look
        work.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(plan.seed)
        self.random = np.random.default_rng(plan.seed)
        self.student = Student(lesson.warp)
        lesson.begin(self.student)
        self.average = Student(lesson.warp)
        self.average.load_state_dict(self.student.state_dict())
        self.optimizer = torch.optim.AdamW(
            _groups(self.student, plan.rate), betas=(0.9, 0.99), weight_decay=1e-4, fused=True
        )
        self.step, self.seconds = 0, 0.0
        self.clips: list[Clip] = []
        self.checkpoint, self.subject = work / "checkpoint.pt", lesson.subject()
        if resume and self.checkpoint.exists():
            self._load()

    # ---- painting

    def paint(self, report: Report) -> None:
        """Paint the clips, or read those that an earlier run painted."""
        cache = self.work / f"clips-{self.subject}"
        for stale in self.work.glob("clips-*"):
            if stale != cache:
                shutil.rmtree(stale)
        cache.mkdir(exist_ok=True)
        count = self.lesson.count()
        for clip in self.lesson.clips(cache):
            self.clips.append(clip)
            report("paint", len(self.clips) / count, f"{len(self.clips)} of {count} clips")

    # ---- training

    def train(self, report: Report) -> None:
        """Run the remaining steps; saves a checkpoint every `SAVE_S` and when interrupted."""
        started, saved, loss = time.monotonic() - self.seconds, time.monotonic(), math.nan
        looked = -math.inf
        try:
            while (done := self.fraction()) < 1:
                loss = self.iterate(done) if math.isnan(loss) else 0.98 * loss + 0.02 * self.iterate(done)
                if not math.isfinite(loss):
                    raise LearnError(
                        f"the loss became {loss} at step {self.step}; try a lower rate or another seed"
                    )
                self.step += 1
                self.seconds = time.monotonic() - started
                if time.monotonic() - saved > SAVE_S:
                    self.save()
                    saved = time.monotonic()
                if self.look is not None and time.monotonic() - looked > LOOK_S:
                    self.write_look(self.look)
                    looked = time.monotonic()
                if self.step % 20 == 0:
                    report("train", done, f"step {self.step}, loss {loss:.4f}, {self.seconds / 60:.1f} min")
        finally:
            self.save()

    @torch.no_grad()
    def write_look(self, path: Path) -> None:
        """Write a PNG of the first clip: as it ought to look on the left, as learnt so far on the right."""
        clip = self.clips[0]
        height, width = (size // PATCH * PATCH for size in clip.material.shape[1:])
        item = clip.crop(0, 0, 0, height, width)
        output = self.average.network()(*(part[None] for part in item.inputs()))[0]
        both = torch.cat((item.target, output.clamp(0, 1)), 2).permute(1, 2, 0)
        picture = np.full((*both.shape[:2], 4), 255, np.uint8)
        picture[..., :3] = (both * 255 + 0.5).byte().numpy()
        save_png(path, picture, "RGBA")

    def fraction(self) -> float:
        """How much of the plan is done: by steps, or by minutes where those run out first."""
        by_steps = self.step / self.plan.iterations
        return by_steps if self.plan.minutes is None else max(by_steps, self.seconds / 60 / self.plan.minutes)

    def iterate(self, done: float) -> float:
        """One step of the optimiser. Returns the loss."""
        warm = min(1.0, (self.step + 1) / 300)
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        if done >= self.plan.round_after and not self.student.rounded:
            self._start_rounding()
        loss = self.rollout(self.student.network(), self.batch())
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.optimizer.step()
        self._follow()
        return float(loss.detach())

    def rollout(self, network: Network, b: Batch) -> Tensor:
        """The loss over consecutive frames: how each looks, and how it differs from the one before."""
        inputs = (b.material, b.albedo, b.anchor, b.noise, b.edge_nearness, b.neighbour)
        outputs = network(*map(torch.cat, inputs)).chunk(len(b.target))  # all frames at once
        loss = torch.zeros(())
        before: Tensor | None = None
        for t, (output, source, target) in enumerate(zip(outputs, b.source, b.target, strict=True)):
            loss = loss + picture_loss(output, target, b.weight)
            if self.lesson.further is not None:
                loss = loss + self.lesson.further(output, target)
            if before is not None:
                moved, past = _move(before, source), _move(b.target[t - 1], source)
                seen = moved[:, 3:] * (b.weight > 0)
                loss = loss + self.plan.steadiness * change_loss(
                    output, moved[:, :3], target, past[:, :3], seen
                )
            before = output
        return loss / len(b.target)

    def batch(self) -> Batch:
        """Random crops, centred on every material equally often."""
        p = self.plan
        items = [self._crop(self.clips[int(self.random.integers(len(self.clips)))]) for _ in range(p.batch)]
        parts = [
            [torch.stack([getattr(spots[t], name) for spots, _ in items]) for t in range(p.unroll)]
            for name in Spot._fields
        ]
        material, albedo, anchor, noise, edge_nearness, neighbour, source, target = parts
        thing = torch.from_numpy(IS_THING)[material[-1]].unsqueeze(1)
        edge = (edge_nearness[-1] >= REACH - 1).any(1, keepdim=True)
        inside = torch.stack([inside for _, inside in items])
        weight = inside * (1 + (p.thing_weight - 1) * thing) * (1 + (p.edge_weight - 1) * edge)
        return Batch(material, albedo, anchor, noise, edge_nearness, neighbour, source, target, weight)

    def _crop(self, clip: Clip) -> tuple[list[Spot], Tensor]:
        """The same random part of consecutive frames, and a mask [1,H,W] of what is asked for."""
        p, (_, height, width) = self.plan, clip.material.shape
        first = int(self.random.integers(len(clip) - p.unroll + 1))
        y, x = self._centre(clip.material[first])
        top = int(np.clip(y - p.crop // 2, 0, height - p.crop))
        left = int(np.clip(x - p.crop // 2, 0, width - p.crop))
        inside = torch.ones(1, p.crop, p.crop)
        if top > 0:
            inside[:, :MARGIN] = 0
        if top + p.crop < height:
            inside[:, -MARGIN:] = 0
        if left > 0:
            inside[..., :MARGIN] = 0
        if left + p.crop < width:
            inside[..., -MARGIN:] = 0
        return [clip.crop(t, top, left, p.crop, p.crop) for t in range(first, first + p.unroll)], inside

    def _centre(self, material: np.ndarray) -> tuple[int, int]:
        if self.random.random() < 0.3:
            return int(self.random.integers(material.shape[0])), int(self.random.integers(material.shape[1]))
        places = np.argwhere(material == self.random.choice(np.unique(material)))
        y, x = places[int(self.random.integers(len(places)))]
        return int(y), int(x)

    def _start_rounding(self) -> None:
        """When the ranges of the activations are known. A resumed run starts again, which changes nothing."""
        self.average.start_rounding(self.student.start_rounding())

    # ---- keeping

    @torch.no_grad()
    def _follow(self) -> None:
        """Exponential moving average of the weights: what is shipped."""
        decay = min(0.998, (self.step + 1) / (self.step + 10))
        mine, theirs = self.average.state_dict(), self.student.state_dict()
        for key, value in theirs.items():
            mine[key].lerp_(value, 1 - decay)

    def save(self) -> None:
        """Write the checkpoint beside its name first, then move it into place."""
        with atomic_write(self.checkpoint) as partial:
            torch.save(
                {
                    "plan": asdict(self.plan),
                    "step": self.step,
                    "seconds": self.seconds,
                    "student": self.student.state_dict(),
                    "average": self.average.state_dict(),
                    "optimizer": self.optimizer.state_dict(),
                    "subject": self.subject,
                },
                partial,
            )

    def _load(self) -> None:
        try:
            stored = torch.load(self.checkpoint, weights_only=True)
            if stored["subject"] != self.subject:
                return
            self.student.load_state_dict(stored["student"])
            self.average.load_state_dict(stored["average"])
            rates = [group["base"] for group in self.optimizer.param_groups]
            self.optimizer.load_state_dict(stored["optimizer"])
            for group, base in zip(self.optimizer.param_groups, rates, strict=True):
                group["base"] = base  # the code's, where it was tuned since
            self.step, self.seconds = stored["step"], stored["seconds"]
        except (RuntimeError, KeyError, ValueError, OSError, EOFError, UnpicklingError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise LearnError(
                f"{self.checkpoint} cannot be resumed ({reason}); delete it or start with --no-resume"
            ) from error
        self.random = np.random.default_rng((self.plan.seed, self.step))

    def theme(self) -> Theme:
        """The averaged student as a theme, without metrics."""
        if not self.average.rounded:
            self._start_rounding()
        return pack(
            self.average.network(),
            name=self.lesson.name,
            title=self.lesson.title,
            training={
                "seed": self.plan.seed,
                "iterations": self.step,
                "minutes": round(self.seconds / 60, 1),
            },
        )

    def finish(self, out: Path) -> Theme:
        """Complete the averaged student by the lesson, and write its pack with a preview."""
        theme = self.lesson.complete(self.theme())
        theme.save(out)
        self.lesson.show(theme, out)
        return theme


def _groups(student: Student, rate: float) -> list[dict[str, object]]:
    """What belongs to one material learns faster than what all share: it is seen seldom. So does the
    head: its weights must grow far, as edges of a pixel or two are steep."""
    fast = {
        "texture_logits": 12.0,
        "coarse_logits": 12.0,
        "embed_logits": 3.0,
        "mix": 12.0,
        "mix_bias": 12.0,
        "edge_self": 8.0,
        "edge_other": 8.0,
        "head_weights": 3.0,
        "head_biases": 3.0,
    }
    return [
        {
            "params": [parameter],
            "lr": rate,
            "base": rate * fast.get(key.split(".")[0], 1.0),
            "weight_decay": 0.0 if key in fast else 1e-4,
        }
        for key, parameter in student.named_parameters()
    ]


def _move(picture: Tensor, source: Tensor) -> Tensor:
    """A picture [B,3,H,W] seen from the next frame: [B,4,H,W] with validity, by flat `source` [B,H,W]."""
    valid = (source >= 0).unsqueeze(1).to(picture.dtype)
    flat = source.clamp_min(0).view(len(source), 1, -1).expand(-1, 3, -1)
    moved = picture.flatten(2).gather(2, flat).view_as(picture)
    return torch.cat((moved * valid, valid), 1)
