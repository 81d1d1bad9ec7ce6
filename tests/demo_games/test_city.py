"""The city: streets, driving, parcels and coins; its picture, its bot and its determinism."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from reskin import Canvas, Frame, SyncOptions, sync_test
from reskin.demo_games.city import City
from reskin.demo_games.city import bot as bots
from reskin.demo_games.city.components import Body, Courier, Driver, Walker, courier
from reskin.demo_games.city.plan import HOUSE, ROAD, SOLID, WATER, kind_at, plan_streets
from reskin.demo_games.city.rules.deliveries import POCKET, PURSE, delivery_door, delivery_stop
from reskin.demo_games.city.rules.driving import FINE_CAR, FINE_WALKER
from reskin.demo_games.city.units import LANE, SUB, TURN, direction
from reskin.demo_games.city.view.daylight import DAY, STEPS, Daylight, daylight_minutes
from reskin.engine.determinism.subprocess import hashes_in_subprocess
from reskin.engine.frame import MATERIAL_INDEX

SEEDS = (7, 0, 1, 2, 3)
TICKS = 3000


@cache
def played(seed: int) -> tuple[City, tuple[str, ...]]:
    """A game after TICKS of its bot, and its hash every 300 ticks. Read only."""
    game, hashes = City(seed), []
    for tick in range(TICKS):
        game.simulation.step(game.bot())
        if tick % 300 == 299:
            hashes.append(game.simulation.state_hash())
    return game, tuple(hashes)


def put(game: City, x: int, y: int, angle: int = 0, speed: int = 0) -> tuple[Body, Courier]:
    """Move the player to a place in px."""
    _, body, player = courier(game.simulation)
    body.x, body.y, body.angle, body.speed = x * SUB, y * SUB, angle, speed
    return body, player


def step(game: City, throttle: int = 0, wheel: int = 0, ticks: int = 1) -> list[str]:
    """Hold the same controls for some ticks. Returns the names of the events."""
    simulation = game.simulation
    names = []
    for _ in range(ticks):
        names += [event.name for event in simulation.step([simulation.command("drive", throttle, wheel)])]
    return names


def coins(game: City) -> int:
    return game.simulation.ledger.balance("player", "coin")


# ---- the town ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_every_door_is_reached_from_every_crossing(seed: int) -> None:
    simulation = City(seed).simulation
    streets = plan_streets(simulation)
    crossings = len(streets.xs) * len(streets.ys)
    doors = simulation.arrays["doors"].tolist()
    assert len(doors) > 20
    for number, (x, _, row) in enumerate(doors):
        assert len(bots._distances(streets, (x, row))) == crossings
        stop_x, stop_y = delivery_stop(simulation, number)
        assert kind_at(simulation, stop_x * SUB, stop_y * SUB) == ROAD


@pytest.mark.parametrize("seed", SEEDS)
def test_a_river_with_some_bridges_divides_the_town(seed: int) -> None:
    simulation = City(seed).simulation
    streets = plan_streets(simulation)
    middle = (streets.ys[streets.river] + streets.ys[streets.river + 1]) // 2
    found = [kind_at(simulation, x * SUB, middle * SUB) for x in streets.xs]
    assert found == [ROAD if bridge else WATER for bridge in streets.bridges]
    assert ROAD in found
    assert (simulation.arrays["ground"] == HOUSE).sum() > 500


def test_directions_have_one_length() -> None:
    for angle in range(TURN):
        dx, dy = direction(angle)
        assert abs(dx * dx + dy * dy - 1024 * 1024) < 1024 * 1024 // 200
    assert direction(TURN // 4) == (0, 1024)
    assert direction(-TURN // 4) == (0, -1024)


# ---- driving ----------------------------------------------------------------------------------


def test_the_car_drives_brakes_and_backs() -> None:
    game = City(7)
    body, _ = courier(game.simulation)[1:]
    start = body.x
    step(game, 1, ticks=40)
    assert body.x > start + 20 * SUB
    assert body.speed > 400
    step(game, -1, ticks=60)
    assert body.speed < 0


def test_no_house_and_no_water_is_driven_through() -> None:
    game = City(7)
    body, _ = courier(game.simulation)[1:]
    for tick in range(900):
        step(game, 1, 1 if tick % 90 < 30 else 0)
        assert kind_at(game.simulation, body.x, body.y) not in SOLID


def test_a_car_that_is_hit_costs_a_fine_and_lets_one_go() -> None:
    game = City(7)
    _, other, _ = next(game.simulation.world.query(Body, Driver))
    dx, dy = direction(other.angle)
    put(game, (other.x - dx * 36 // 4) // SUB, (other.y - dy * 36 // 4) // SUB, other.angle, 800)
    assert "hit" in step(game, 1, ticks=8)
    assert coins(game) == POCKET - FINE_CAR
    assert game.simulation.ledger.audit_log[-1].reason == "fine: hit a car"


def test_who_is_on_foot_gets_away_and_a_fine_is_at_most_what_there_is() -> None:
    game = City(7)
    ledger = game.simulation.ledger
    ledger.transfer("player", "town", "coin", POCKET - FINE_WALKER + 2, "test")
    _, other, walker = next(game.simulation.world.query(Body, Walker))
    was = walker.clockwise
    body, _ = courier(game.simulation)[1:]
    other.x, other.y, body.speed = body.x, body.y, 400
    assert "hit" in step(game, 1)
    assert walker.startled
    assert walker.clockwise != was
    assert coins(game) == 0


def test_traffic_keeps_to_its_lanes() -> None:
    simulation = played(7)[0].simulation
    streets = plan_streets(simulation)
    lanes = {(v + side) * SUB for line in (streets.xs, streets.ys) for v in line for side in (-LANE, LANE)}
    cars = [body for _, body, _ in simulation.world.query(Body, Driver)]
    assert all(body.x in lanes or body.y in lanes for body in cars)
    assert all(kind_at(simulation, body.x, body.y) == ROAD for body in cars)


def test_traffic_stops_for_the_player() -> None:
    game = City(7)
    for _ in range(200):
        step(game)
    _, other, driver = next(
        (id, body, driver)
        for id, body, driver in game.simulation.world.query(Body, Driver)
        if body.speed == driver.pace and body.angle == driver.heading * TURN // 4
    )
    dx, dy = direction(other.angle)
    put(game, (other.x + dx * 45 // 4) // SUB, (other.y + dy * 45 // 4) // SUB, other.angle)
    step(game, ticks=60)
    assert other.speed == 0
    assert driver.waited


# ---- parcels and coins ------------------------------------------------------------------------


def test_a_parcel_is_fetched_and_paid_for_with_a_bonus_for_speed() -> None:
    game = City(7)
    _, player = courier(game.simulation)[1:]
    put(game, *delivery_stop(game.simulation, delivery_door(player)))
    assert "fetched" in step(game)
    assert player.carrying
    fare = player.fare
    put(game, *delivery_stop(game.simulation, delivery_door(player)))
    assert "delivered" in step(game)
    assert not player.carrying
    assert POCKET + fare < coins(game) <= POCKET + 2 * fare
    assert [entry.reason for entry in game.simulation.ledger.audit_log][-2:] == ["fare", "bonus for speed"]


def test_a_late_parcel_earns_the_fare_alone() -> None:
    game = City(7)
    _, player = courier(game.simulation)[1:]
    player.carrying, player.par = True, 1
    fare = player.fare
    step(game, ticks=2)
    put(game, *delivery_stop(game.simulation, delivery_door(player)))
    step(game)
    assert coins(game) == POCKET + fare


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bot_earns_coins_and_no_coin_is_made_or_lost(seed: int) -> None:
    game, _ = played(seed)
    ledger = game.simulation.ledger
    assert game.report()["delivered"] >= 1
    assert coins(game) > POCKET
    assert ledger.total("coin") == PURSE + POCKET
    assert coins(game) + ledger.balance("town", "coin") == PURSE + POCKET
    assert all(entry.reason for entry in ledger.audit_log)


# ---- the picture ------------------------------------------------------------------------------


def picture(game: City, tick: int | None = None) -> Frame:
    canvas = Canvas(640, 360)
    if tick is not None:
        game.simulation.tick = tick
    game.draw(canvas, 1.0, "plain")
    return canvas.finish()


def test_every_pixel_has_a_material() -> None:
    """Only the paint on the roads is of no material, so that themes keep its colour."""
    frame = picture(City(7))
    material = frame.material
    assert material is not None
    unknown = material == MATERIAL_INDEX["unknown"]
    assert 0 < unknown.mean() < 0.05 and len(np.unique(frame.rgb()[unknown], axis=0)) == 1
    for name in ("road", "stone", "brick", "vehicle", "friend", "grass", "leaves"):
        assert (material == MATERIAL_INDEX[name]).any(), name


def test_night_tints_and_changes_no_material() -> None:
    day, night = picture(City(7)), picture(City(7), tick=DAY * 15 // 24)
    assert Daylight.at(0).night == 0
    assert daylight_minutes(DAY * 15 // 24) == 0
    assert Daylight.at(DAY * 15 // 24).night == STEPS
    assert night.color.mean() < 0.7 * day.color.mean()
    assert day.material is not None
    assert night.material is not None
    assert np.mean(day.material != night.material) < 0.01  # the frame on the road pulses


def test_drawing_changes_nothing() -> None:
    game = City(7)
    before = game.simulation.state_hash()
    picture(game)
    assert game.simulation.state_hash() == before


# ---- determinism ------------------------------------------------------------------------------


def test_another_process_with_other_hashes_plays_the_same() -> None:
    hashes = hashes_in_subprocess(City, 7, TICKS, 12345)
    assert tuple(hashes[299::300]) == played(7)[1]


def test_in_sync() -> None:
    assert sync_test("reskin.demo_games.city:City", SyncOptions(ticks=300, processes=0)).resimulated > 300
