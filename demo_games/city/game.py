"""The game as the loop sees it: its systems in order, its controls, its bot, its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from reskin import Command, Control, Game, Inputs, Simulation, World
from reskin.demo_games.city import bot, components, plan
from reskin.demo_games.city.components import Body, Courier, Driver, Note, Walker, courier
from reskin.demo_games.city.rules import deliveries, driving, traffic, walkers
from reskin.demo_games.city.units import LANE, SUB
from reskin.demo_games.city.view.camera import Camera
from reskin.demo_games.city.view.drawing import draw_world
from reskin.demo_games.city.view.hud import draw_hud

if TYPE_CHECKING:
    from reskin import Canvas

SYSTEMS = (driving.drive, traffic.move_traffic, walkers.move_walkers, deliveries.deliver, components.fade)
KINDS = (Body, Courier, Driver, Walker, Note)


class City(Game):
    """A town from a seed. All rules are in SYSTEMS; this class only wires them."""

    name: ClassVar[str] = "city"
    title: ClassVar[str] = "City"
    controls: ClassVar[tuple[Control, ...]] = (
        Control("drive", ("w", "up"), "drive"),
        Control("brake", ("s", "down", "space"), "brake, then reverse"),
        Control("left", ("a", "left"), "turn left"),
        Control("right", ("d", "right"), "turn right"),
    )

    def __init__(self, seed: int) -> None:
        self.simulation = simulation = Simulation(seed, World(*KINDS), systems=SYSTEMS)
        plan.keep_plan(simulation, plan.generate_plan(simulation.streams["town"]))
        streets = plan.plan_streets(simulation)
        x, y = (streets.xs[0] + 120) * SUB, (streets.ys[0] + LANE) * SUB
        simulation.world.spawn(Body(x, y, 0, x, y), Courier())  # first, so that its id is 1 in every game
        traffic.populate_traffic(simulation, streets)
        walkers.populate_walkers(simulation, streets)
        deliveries.begin_deliveries(simulation)
        self._camera = Camera()

    def commands(self, inputs: Inputs) -> list[Command]:
        asked = inputs.held.union(inputs.pressed)
        throttle = int("drive" in asked) - int("brake" in asked)
        wheel = int("right" in asked) - int("left" in asked)
        return [self.simulation.command("drive", throttle, wheel)]

    def bot(self) -> list[Command]:
        return bot.bot_commands(self.simulation)

    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        camera, cut = self._camera.follow(self.simulation, canvas.width, canvas.height, alpha)
        canvas.begin(tick=self.simulation.tick, cut=cut, camera=camera)
        draw_world(canvas, self.simulation, camera, alpha)
        draw_hud(canvas, self.simulation, camera, caption)

    def report(self) -> dict[str, int]:
        _, _, player = courier(self.simulation)
        return {
            "coins": self.simulation.ledger.balance("player", "coin"),
            "delivered": player.done,
            "hits": player.hits,
        }
