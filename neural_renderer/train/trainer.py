"""Trains a student on a lesson, such as a painter's, and writes a theme pack.

`Plan` has the settings. The folder of a training holds the painted clips and the last checkpoint, so that an
interrupted training goes on where it stopped. The pack is written only at the end. Clips and training start
anew if the lesson, or the code that makes its clips, was changed since.
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
from torch.nn import functional

from reskin.engine.atomic_write import atomic_write
from reskin.engine.capture.pictures import save_png
from reskin.kernels import PATCH
from reskin.kernels.border import REACH
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.materials import IS_THING
from reskin.neural_renderer.network import Network, Student
from reskin.neural_renderer.teachers.clips import Clip, Crop
from reskin.neural_renderer.teachers.lessons import Lesson
from reskin.neural_renderer.teachers.plan import Plan
from reskin.neural_renderer.theme.pack import Theme, pack_theme

Report = Callable[[str, float, str], None]
"""Called with the stage ("paint", "train"), the fraction that is done, and a short text."""

MARGIN: Final = 12
"""Pixels along the edges of a crop that do not count, because they depend on pixels outside the crop."""
SAVE_S: Final = 30.0
"""Seconds between two checkpoints: the most that is lost when the training is killed."""
PREVIEW_S: Final = 15.0
"""Seconds between two preview pictures."""


def learn(
    lesson: Lesson,
    plan: Plan,
    *,
    work: Path,
    out: Path,
    resume: bool = True,
    report: Report | None = None,
    preview: Path | None = None,
) -> Theme:
    """Train a student in the folder `work`, write the theme's pack to `out`, and return the theme.

    preview: a PNG that is updated while the training runs: the first clip as painted, and as learnt so far.
    """
    run = Training(lesson, plan, work, resume, preview)
    progress = report or (lambda stage, done, text: None)
    run.paint(progress)
    run.train(progress)
    return run.finish(out)


@dataclass
class Batch:
    """B crops of T consecutive frames. Each list has one tensor [B,...] for each frame, see `Crop`; weight is
    that of the pixels in the loss, [B,1,H,W]."""

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
        self, lesson: Lesson, plan: Plan, work: Path, resume: bool, preview: Path | None = None
    ) -> None:
        self.lesson, self.plan, self.work, self.preview = lesson, plan, work, preview
        work.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(plan.seed)
        self.random = np.random.default_rng(plan.seed)
        self.student = Student(lesson.warp)
        lesson.init_student(self.student)
        self.average = Student(lesson.warp)
        self.average.load_state_dict(self.student.state_dict())
        self.optimizer = torch.optim.AdamW(
            _groups(self.student, plan.rate), betas=(0.9, 0.99), weight_decay=1e-4, fused=True
        )
        self.step, self.seconds = 0, 0.0
        self.clips: list[Clip] = []
        self.checkpoint, self.cache_key = work / "checkpoint.pt", lesson.cache_key()
        if resume and self.checkpoint.exists():
            self._load()

    # ---- painting

    def paint(self, report: Report) -> None:
        """Paint the clips, or read those of an earlier run. Other clips in the folder are deleted."""
        cache = self.work / f"clips-{self.cache_key}"
        for stale in self.work.glob("clips-*"):
            if stale != cache:
                stale.unlink() if stale.is_symlink() else shutil.rmtree(stale)
        cache.mkdir(exist_ok=True)
        count = self.lesson.count()
        for clip in self.lesson.clips(cache):
            self.clips.append(clip)
            report("paint", len(self.clips) / count, f"{len(self.clips)} of {count} clips")

    # ---- training

    def train(self, report: Report) -> None:
        """Run the remaining steps. Saves a checkpoint every `SAVE_S` seconds and at the end."""
        started, saved, loss = time.monotonic() - self.seconds, time.monotonic(), math.nan
        shown = -math.inf
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
                if self.preview is not None and time.monotonic() - shown > PREVIEW_S:
                    self.write_preview(self.preview)
                    shown = time.monotonic()
                if self.step % 20 == 0:
                    report("train", done, f"step {self.step}, loss {loss:.4f}, {self.seconds / 60:.1f} min")
        finally:
            self.save()

    @torch.no_grad()
    def write_preview(self, path: Path) -> None:
        """Write a PNG of the first clip: as painted on the left, as learnt so far on the right."""
        clip = self.clips[0]
        height, width = (size // PATCH * PATCH for size in clip.material.shape[1:])
        item = clip.crop(0, 0, 0, height, width)
        output = self.average.network()(*(part[None] for part in item.inputs()))[0]
        both = torch.cat((item.target, output.clamp(0, 1)), 2).permute(1, 2, 0)
        picture = np.full((*both.shape[:2], 4), 255, np.uint8)
        picture[..., :3] = (both * 255 + 0.5).byte().numpy()
        save_png(path, picture, "RGBA")

    def fraction(self) -> float:
        """The fraction of the plan that is done, in steps or in minutes, whichever is more."""
        by_steps = self.step / self.plan.iterations
        return by_steps if self.plan.minutes is None else max(by_steps, self.seconds / 60 / self.plan.minutes)

    def iterate(self, done: float) -> float:
        """Run one step of the optimiser, at the fraction `done` of the plan. Returns the loss."""
        warm_up = min(1.0, (self.step + 1) / 300)
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * warm_up * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        if done >= self.plan.round_after and not self.student.rounded:
            self._start_rounding()
        loss = self.rollout(self.student.network(), self.batch())
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 1.0)
        self.optimizer.step()
        self._update_average()
        return float(loss.detach())

    def rollout(self, network: Network, b: Batch) -> Tensor:
        """The loss over consecutive frames: of each frame, and of its change from the one before."""
        inputs = (b.material, b.albedo, b.anchor, b.noise, b.edge_nearness, b.neighbour)
        outputs = network(*map(torch.cat, inputs)).chunk(len(b.target))  # all frames at once
        loss = torch.zeros(())
        before: Tensor | None = None
        for t, (output, source, target) in enumerate(zip(outputs, b.source, b.target, strict=True)):
            loss = loss + picture_loss(output, target, b.weight)
            if self.lesson.extra_loss is not None:
                loss = loss + self.lesson.extra_loss(output, target)
            if before is not None:
                moved, target_before = _move(before, source), _move(b.target[t - 1], source)
                valid = moved[:, 3:] * (b.weight > 0)
                loss = loss + self.plan.temporal_weight * change_loss(
                    output, moved[:, :3], target, target_before[:, :3], valid
                )
            before = output
        return loss / len(b.target)

    def batch(self) -> Batch:
        """Random crops: 7 of 10 are centred on a random material of the frame, the others on any pixel."""
        p = self.plan
        items = [self._crop(self.clips[int(self.random.integers(len(self.clips)))]) for _ in range(p.batch)]
        parts = [
            [torch.stack([getattr(crops[t], name) for crops, _ in items]) for t in range(p.unroll)]
            for name in Crop._fields
        ]
        material, albedo, anchor, noise, edge_nearness, neighbour, source, target = parts
        thing = torch.from_numpy(IS_THING)[material[-1]].unsqueeze(1)
        edge = (edge_nearness[-1] >= REACH - 1).any(1, keepdim=True)
        inside = torch.stack([inside for _, inside in items])
        weight = inside * (1 + (p.thing_weight - 1) * thing) * (1 + (p.edge_weight - 1) * edge)
        return Batch(material, albedo, anchor, noise, edge_nearness, neighbour, source, target, weight)

    def _crop(self, clip: Clip) -> tuple[list[Crop], Tensor]:
        """The same random part of consecutive frames, and a mask [1,H,W] of the pixels that count."""
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
        """Round from now on. A resumed training does this again, which changes nothing."""
        self.average.start_rounding(self.student.start_rounding())

    # ---- averaging and storing

    @torch.no_grad()
    def _update_average(self) -> None:
        """Update the exponential moving average of the weights, which becomes the theme."""
        decay = min(0.998, (self.step + 1) / (self.step + 10))
        average = self.average.state_dict()
        for name, value in self.student.state_dict().items():
            average[name].lerp_(value, 1 - decay)

    def save(self) -> None:
        """Write the checkpoint to a temporary name first, then move it into place."""
        with atomic_write(self.checkpoint) as partial:
            torch.save(
                {
                    "plan": asdict(self.plan),
                    "step": self.step,
                    "seconds": self.seconds,
                    "student": self.student.state_dict(),
                    "average": self.average.state_dict(),
                    "optimizer": self.optimizer.state_dict(),
                    "subject": self.cache_key,
                },
                partial,
            )

    def _load(self) -> None:
        try:
            stored = torch.load(self.checkpoint, weights_only=True)
            if stored["subject"] != self.cache_key:
                return
            self.student.load_state_dict(stored["student"])
            self.average.load_state_dict(stored["average"])
            rates = [group["base"] for group in self.optimizer.param_groups]
            self.optimizer.load_state_dict(stored["optimizer"])
            for group, base in zip(self.optimizer.param_groups, rates, strict=True):
                group["base"] = base  # of this version, not of the one that wrote the checkpoint
            self.step, self.seconds = stored["step"], stored["seconds"]
        except (RuntimeError, KeyError, ValueError, OSError, EOFError, UnpicklingError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise LearnError(
                f"{self.checkpoint} cannot be resumed ({reason}); delete it or start with --no-resume"
            ) from error
        self.random = np.random.default_rng((self.plan.seed, self.step))

    def theme(self) -> Theme:
        """The averaged student as a theme without metrics."""
        if not self.average.rounded:
            self._start_rounding()
        return pack_theme(
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
        """Let the lesson finalize the theme, and write its pack with a preview."""
        theme = self.lesson.finalize(self.theme())
        theme.save(out)
        self.lesson.write_preview(theme, out)
        return theme


def picture_loss(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Differences of colours, gradients, and colours at a quarter of the resolution.

    output, target float [B,3,H,W] 0..1; weight float [B,1,H,W], 0 for pixels that do not count.
    """
    error = output - target
    scale = weight.mean().clamp_min(1e-6)
    colour = ((error.abs() + 4 * error * error) * weight).mean()
    horizontal = (error[..., 1:] - error[..., :-1]).abs() * weight[..., 1:]
    vertical = (error[..., 1:, :] - error[..., :-1, :]).abs() * weight[..., 1:, :]
    coarse = functional.avg_pool2d(error * weight, 4).abs().mean()
    return (colour + 0.5 * (horizontal.mean() + vertical.mean()) + 0.5 * coarse) / scale


def change_loss(
    output: Tensor, before: Tensor, target: Tensor, target_before: Tensor, valid: Tensor
) -> Tensor:
    """The difference between the output's change since the last frame and the target's.

    before, target_before: the last frame, already moved to this one; valid float [B,1,H,W]: 1 where both
    frames show the same point.
    """
    difference = ((output - before) - (target - target_before)).abs() * valid
    return difference.mean() / valid.mean().clamp_min(1e-3)


def _groups(student: Student, rate: float) -> list[dict[str, object]]:
    """Groups of parameters with learning rates of their own.

    Parameters of single materials learn faster than shared ones, because each material is seen seldom. So
    does the head, because its weights must become large for edges that are a pixel or two wide.
    """
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
            "base": rate * fast.get(name.split(".")[0], 1.0),
            "weight_decay": 0.0 if name in fast else 1e-4,
        }
        for name, parameter in student.named_parameters()
    ]


def _move(picture: Tensor, source: Tensor) -> Tensor:
    """A picture [B,3,H,W] moved to the next frame by flat indices `source` [B,H,W]: [B,4,H,W], the last
    channel is 1 where `source` is valid."""
    valid = (source >= 0).unsqueeze(1).to(picture.dtype)
    flat = source.clamp_min(0).view(len(source), 1, -1).expand(-1, 3, -1)
    moved = picture.flatten(2).gather(2, flat).view_as(picture)
    return torch.cat((moved * valid, valid), 1)
