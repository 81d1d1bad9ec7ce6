"""What names say, in six languages."""

from __future__ import annotations

import pytest

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.source_materials.lexicon import (
    CHESS,
    GENERIC,
    HOLDS_MANY,
    HUD,
    NOUN_FIRST,
    NOUN_LAST,
    SOFT,
    YIELDS,
)
from reskin.neural_renderer.source_materials.words import WORDS, meaning_of_name, words_of


@pytest.mark.parametrize(
    ("name", "material"),
    [
        ("assets/Enemies/bat_1.png", "enemy"),
        ("grass_block.png", "grass"),
        ("faces/king_of_spades.png", "hud"),
        ("diamond.png", "coin"),
        ("sprites/pipe-green.png", "metal"),
        ("background-day.png", "sky"),
        ("forest_background.png", "leaves"),
        ("Hero/idle/3.png", "player"),
        ("playerShip1_orange.png", "vehicle"),
        ("meteorBrown_big1.png", "stone"),
        ("laserRed16.png", "projectile"),
        ("hud_heartFull.png", HUD),
        ("white_king.png", HUD),
        ("king.png", "friend"),
        ("steinmauer.png", "wall"),
        ("Bäume/grün.png", "leaves"),
        ("muro_pietra.png", "stone"),
        ("arbre_vert.png", "leaves"),
        ("porta_madeira.png", "door"),
        ("Enemigos/árbol_malo.png", "leaves"),
        ("coração.png", HUD),
        ("0001.png", ""),
        ("img/tile_12.png", ""),
        ("carpet.png", "floor"),
        ("brain.png", ""),
        ("painting.png", ""),
        ("damage.png", ""),
        ("landing.png", ""),
        ("forth.png", ""),
        ("testimage.png", ""),
        ("groundtorch.png", "light"),
        ("treeshadow.png", "effect"),
        ("hit/5.png", ""),
        ("spaceshooter/assets/main.png", ""),
    ],
)
def test_the_head_noun_counts(name: str, material: str) -> None:
    assert meaning_of_name(name).material == material


@pytest.mark.parametrize(
    ("name", "material"),
    [
        ("image/UI/Player/left.png", "hud"),  # a screen's folder counts before one within it
        ("graphics/player/wall/0.png", "player"),  # what a creature does
        ("graphics/enemies/shell/fire/3.png", "enemy"),
        ("graphics/player/bullet.png", "projectile"),
        ("level/wall/0.png", "wall"),
        ("Wall_Block_Tall.png", "wall"),
        ("Wood_Block_Tall.png", "wood"),
        ("demon_run_no_flames_002.png", "enemy"),
        ("knight_without_sword.png", "player"),
        ("no_button.png", HUD),
        ("wizard_cast_spell.png", "player"),
        ("enemy_explosion.png", "effect"),
        ("car_ready_to_go.png", "vehicle"),
        ("ready.png", HUD),
    ],
)
def test_folders_and_words_have_their_order(name: str, material: str) -> None:
    assert meaning_of_name(name).material == material


def test_a_house_holds_many_materials() -> None:
    assert meaning_of_name("buildings/red_house.png").holds_many
    assert meaning_of_name("kitchen.png").holds_many and meaning_of_name("game_board.png").holds_many
    assert meaning_of_name("kitchen_floor.png").material == "floor"
    assert meaning_of_name("green_hotel.png").holds_many
    assert not meaning_of_name("house/tree.png").holds_many


def test_accents_and_capitals_are_taken_off() -> None:
    assert words_of("HéroÉpée2") == ["hero", "epee"]
    assert words_of("weißer_Bär") == ["weisser", "baer"]


def test_the_table_is_sound() -> None:
    assert {*NOUN_LAST, *NOUN_FIRST} <= {*MATERIALS, HUD}
    assert len(WORDS) > 1900
    every = [word for table in (NOUN_LAST, NOUN_FIRST) for text in table.values() for word in text.split()]
    assert len(every) == len(WORDS), "a word stands once"
    for word in WORDS:
        assert words_of(word) == [word], word
        assert word not in HOLDS_MANY
    assert WORDS.keys() >= SOFT
    assert WORDS.keys() >= CHESS
    # A word that says nothing is never asked for.
    assert not GENERIC & WORDS.keys() - {"fx"}
    assert YIELDS - WORDS.keys() <= {"fondos"}


@pytest.mark.parametrize(
    ("name", "material", "holds_many"),
    [
        ("dungeon_floor.png", "floor", False),
        ("castle/castle_wall_2.png", "wall", False),
        ("tree_house.png", "", True),
        ("casa_madera.png", "", True),
        ("map_icon.png", "hud", False),
        ("magic_wand.png", "tool", False),
        ("swordsman.png", "player", False),
    ],
)
def test_a_head_noun_after_a_place_counts(name: str, material: str, holds_many: bool) -> None:
    meaning = meaning_of_name(name)
    assert (meaning.material, meaning.holds_many) == (material, holds_many)
