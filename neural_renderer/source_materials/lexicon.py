"""Words that people give to image files, by what the image shows: a table, without rules.

Written by hand, in English, German, Spanish, French, Portuguese and Italian. Words are in lower case and
without accents. A word stands once; where it means two things, the more common one in games counts.
`words` reads this table.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HUD: Final = "hud"
"""Stands beside the names of materials: drawn over the picture, unchanged."""

NOUN_LAST: Final[dict[str, str]] = {
    HUD: """
        font fonts text texts ui hud gui menu menus menubar mainmenu button buttons btn btns card cards deck
        panel panels icon icons icn cursor crosshair reticle pointer logo logos title titles titlescreen
        splash splashscreen gameover youwin youlose victory defeat message messages msg score scores
        scoreboard highscore digit digits number numbers numeral numerals hp health healthbar lifebar heart
        hearts life lives mana manabar stamina bar bars progressbar loadingbar overlay inventory hotbar
        toolbar slot slots dialog dialogue dialogbox textbox speechbubble popup tooltip frame badge label
        letter letters alphabet ascii glyph glyphs minimap pause paused resume restart replay exit quit start
        settings options option volume mute unmute sound music speaker banner ribbon checkbox slider arrowkeys
        keycap controls instructions tutorial help credits copyright joystick dpad selector selection select
        highlight marker pawn rook bishop domino dice die ready getready leaderboard countdown timer meter
        gauge medal medals checkmark avatar portrait portraits schrift knopf menue anzeige punkte punktestand
        leben lebensbalken titel zahl zahlen ziffer ziffern taste karte karten rahmen zeiger herz herzen
        notification prompt keyboard keypad touchpad gamepad controller stopwatch scoreline scorecard subtitle
        caption captions headline heading watermark loading loader loadscreen endscreen startscreen winscreen
        losescreen gameoverscreen welcome intro outro thumbnail emoji emote emotes dpads joysticks arrowbutton
        tab tabs dropdown scrollbar frameborder combobox menuitem counter counters progress achievement
        achievements trophy trophies badges nameplate playbutton quitbutton exitbutton startbutton
    """,
    "sky": """
        sky skies skybox cloud clouds cloudy bg bgr bgd background backgrounds backdrop back star stars
        starfield starry space outerspace galaxy nebula cosmos universe sun moon sunset sunrise horizon
        parallax rainbow himmel wolke wolken hintergrund sonne mond weltraum weltall sternenhimmel
        dusk dawn aurora milkyway moonlight nightsky stratosphere atmosphere heaven heavens
    """,
    "hill": """
        hill hills mountain mountains mountainside mesa volcano skyline cityscape silhouette berg berge huegel
        hugel gebirge hilltop hillside ridge ridges peak peaks summit canyon volcanoes
    """,
    "grass": """
        grass grassy lawn meadow turf field pasture grassland court pitch gras wiese rasen feld grasses greens
        savanna savannah prairies meadows lawns fairway
    """,
    "dirt": """
        dirt ground soil mud muddy earth clay platform platforms plat underground foreground fg terrain land
        farmland tilled hoed base peat dug erde boden schlamm acker plattform dirtpath compost mulch trench
        burrow
    """,
    "sand": """
        sand sandy beach desert dune dunes shore sandbox strand wueste duene quicksand sandbank seabed
    """,
    "stone": """
        stone stones rock rocks rocky cobble cobblestone gravel cliff cliffs cave pillar pillars column
        columns statue statues meteor meteors meteorite meteorites asteroid asteroids boulder boulders granite
        marble basalt obsidian tomb tombstone gravestone grave rubble ruins spike spikes comet debris rune
        monolith stalactite planet stein steine fels felsen kies hoehle saeule grabstein pebble pebbles
        stalagmite stalagmites stalactites limestone slate flint ruin megalith monument arch archway obelisk
         moonrock crater craters
    """,
    "ore": """
        ore ores crystal crystals iron coal mineral minerals mithril copper quartz
        erz erze kristall kohle eisen
    """,
    "wood": """
        wood wooden plank planks fence fences log logs bridge ladder ladders table desk bench chair chairs
        barrel barrels trunk stump stick pallet raft dock pier bed shelf bookshelf bookcase cupboard wardrobe
        furniture sign signpost signs post pole mast palisade holz zaun leiter tisch stuhl bank brett bretter
        fass schild bett regal bruecke brucke timber lumber crateside boardwalk planking plywood drawer
        drawers cabinet couch sofa stool armchair   totem scaffold scaffolding rafter rafters
        hatch oar
    """,
    "leaves": """
        tree trees bush bushes leaf leaves plant plants palm palms palmtree hedge cactus cacti fern shrub
        shrubs forest jungle foliage flower flowers rose tulip sunflower sapling seedling crop crops vine
        vines ivy weed pine oak birch spruce fir bamboo reed lily lilypad seaweed algae moss clover vegetation
        wheat grassblade baum baeume busch blatt blaetter pflanze blume blumen hecke wald palme kaktus
        shrubbery hedges ferns bushy treetop treetops canopy branch branches twig twigs root roots stalk
        sprout sprouts daisy daisies lotus orchid poppy violets dandelion mushroomtree clovers herb herbs
        lavender thistle thorn thorns cornfield nettle reeds kelp coral corals willow maple cedar cypress
        chestnut acacia juniper bonsai lilypads vineyard orchard garden bouquet petal petals
    """,
    "water": """
        water waters sea ocean river lake coast pond wave waves waterfall stream puddle swamp pool liquid
        bubble bubbles rain fountain wasser meer fluss see teich welle wellen wasserfall lagoon bay creek
        brook canal rapids whirlpool tide surf seafloor underwater aquarium raindrop raindrops droplet
        droplets drop drops
    """,
    "lava": "lava magma",
    "snow": """
        snow snowy ice icy iceberg snowflake frozen frost glacier snowman icicle schnee eis gletscher
        snowdrift snowbank blizzard snowflakes icicles permafrost igloo snowfield
    """,
    "brick": "brick bricks brickwork bricked ziegel backstein breakable",
    "metal": """
        metal metallic pipe pipes steel tube tubes rail rails girder paddle paddles spring springs machine
        turret gear gears cog chain chains anchor antenna trap grate racket barbed conveyor metall rohr rohre
        stahl   gearwheel cogwheel cogs pulley crank piston anvil ironbars radiator vent vents duct
        ducts hull wire wires cable cables scrap tin bronze titanium alloy robotarm tires tire tyre wheel
        wheels cone cones hydrant antennae satellite dish
    """,
    "glass": "glass bottle mirror glas glasscheibe",
    "road": """
        road roads path paths pathway street streets track tracks racetrack asphalt pavement sidewalk highway
        crosswalk lane concrete strasse weg wege pfad roadway freeway motorway driveway alley crossroad
        crossroads intersection runway racecourse parking carpark cobbled trackbed speedway
    """,
    "wall": """
        wall walls block blocks blk obstacle obstacles barrier fort bunker bunkers tower towers mauer mauern
        waende fortress rampart ramparts battlement battlements parapet partition bulkhead
        barricade barricades bulwark
    """,
    "floor": """
        floor floors flooring carpet rug parquet stairs stair staircase steps fussboden teppich treppe mat
        rugs carpets tatami linoleum doormat walkway staircases stairway stepping
    """,
    "door": """
        door doors doorway gate gates portal portals flag flagpole finish goal checkpoint teleporter
        warp tuer tor flagge ziel
    """,
    "chest": """
        chest chests crate crates box boxes treasure treasures loot safe bag sack basket mailbox giftbox gift
        present kiste kisten truhe schatz korb suitcase briefcase luggage parcel package packages lootbox
        trashcan dumpster bin carton cartons
    """,
    "coin": """
        coin coins gem gems jewel jewels gold silver ring rings diamond diamonds ruby emerald sapphire pearl
        money cash dollar token tokens pellet pellets dot dots collectible collectable pickup pickups muenze
        muenzen munze juwel edelstein topaz amethyst opal garnet onyx jade turquoise rupee rupees nugget
        doubloon doubloons penny medallion
    """,
    "player": """
        player players hero heroes heroine mario luigi protagonist ninja samurai knight character char
        adventurer explorer astronaut pacman pac sonic megaman zelda kirby samus boy girl kid guy dude dino
        trex raptor runner climber diver swimmer cowboy wizard mage witch archer warrior viking gladiator
        pirate cop police soldier jumper spieler held figur survivor hitman sorcerer monk paladin druid ranger
        barbarian swordsman spearman footman magician miner bomberman plumber spaceman astro footballer
        goalkeeper goalie
    """,
    "friend": """
        npc npcs friend friends ally villager villagers merchant trader shopkeeper people person persons man
        men woman women oldman human humans king queen prince princess farmer baker blacksmith guard elder
        customer customers worker civilian civilians crowd pedestrian passenger fairy angel santa clown freund
        freunde haendler mensch mann frau koenig boys girls lady ladies gentleman nurse doctor chef cook
        waiter waitress teacher student professor scientist granny grandma grandpa mother father mom dad baby
        child children son daughter sister brother bride groom elf elves dwarf dwarves gnome gnomes
        leprechaun shepherd fisherman fireman policeman postman sailor captain peasant peasants noble mayor
        priest nun pilot driver audience spectator spectators fan fans
    """,
    "enemy": """
        enemy enemies zombie zombies alien aliens monster monsters goomba goombas koopa koopas bowser baddie
        baddies badguy ghost ghosts skeleton skeletons slime slimes boss bosses robot robots orc orcs goblin
        goblins bat bats spider spiders demon demons devil vampire mummy troll ogre dragon dragons golem imp
        invader invaders mob mobs creep creeps thug bandit villain wraith spectre ghoul cyclops minotaur snail
        eyeball blob octopus squid kraken jellyfish virus drone mutant beast hostile opponent rival creeper
        werewolf reaper gargoyle scorpion centipede wasp spirit feind feinde gegner geist geister roboter
        drache teufel hexe minion minions warlock necromancer lich basilisk hydra cerberus gremlin yeti kobold
        harpy specter undead mimic chomper zombi bandits thugs trolls ogres demonic foe foes
    """,
    "animal": """
        animal animals rabbit bunny fish fishes chicken hen rooster chick cow dog puppy cat kitten horse sheep
        lamb pig bee bees frog frogs toad mouse mice worm worms bird birds duck ducks duckling turtle turtles
        snake snakes crab crabs bear wolf fox deer lion tiger elephant monkey gorilla penguin parrot crow
        eagle owl seagull pigeon butterfly ant ants fly beetle ladybug bug bugs shark whale dolphin piranha
        crocodile alligator lizard hamster rat rats squirrel hedgehog dinosaur shrimp lobster starfish goat
        donkey camel panda koala kangaroo giraffe hippo rhino zebra pony unicorn caterpillar tier tiere hund
        katze pferd schaf schwein vogel fisch maus frosch hase biene schlange raccoon lemming axolotl badger
        otter mole hawk falcon swan goose geese ostrich peacock dove raven vulture flamingo parakeet
        hummingbird dragonfly mosquito mosquitoes cricket grasshopper moth ladybird cockroach slug eel
        shellfish clam oyster urchin salmon trout goldfish clownfish tuna ray manta seal walrus bison buffalo
        bull ox boar moose reindeer gazelle leopard cheetah panther puma lynx cub calf kitty doggy puppies
        kittens foal mule alpaca armadillo sloth lemur baboon chimp chimpanzee orangutan gecko chameleon
        iguana tortoise newt salamander
    """,
    "vehicle": """
        car cars ship ships truck trucks tank tanks plane planes airplane aeroplane spaceship spaceships
        spacecraft starship boat boats bus van taxi vehicle vehicles ufo ufos saucer auto bike bicycle
        motorcycle motorbike scooter train tram helicopter chopper jet fighter rocketship submarine lander
        rover tractor bulldozer ambulance limo racecar kart skateboard sled sleigh balloon airship zeppelin
        schiff schiffe flugzeug wagen panzer raumschiff hubschrauber zug mothership cruiser destroyer
        battleship battlecruiser frigate galleon corvette yacht canoe kayak ferry lorry pickuptruck firetruck
        forklift excavator tricycle monorail locomotive wagon carriage cart minecart biplane glider copter
        helicopters starfighter spaceplane shuttle hovercraft jeep suv sedan trailer
    """,
    "tool": """
        tool tools gun guns axe sword swords hoe weapon weapons shovel spade pickaxe pick key keys hammer bow
        powerup powerups upgrade bolt pistol shotgun rifle sniper machinegun knife dagger spear staff shield
        armor armour helmet boots glove gloves scroll book crowbar wrench saw scythe sickle bucket rod rope
        whip item items equipment bonus magnet jetpack clock watch hourglass lever switch umbrella wateringcan
        medkit healthpack firstaid kit waffe waffen schwert hacke schaufel schluessel werkzeug bogen boot wand
        wands katana sabre saber rapier claymore mace flail halberd pike crossbow slingshot bazooka
        flamethrower revolver musket blaster cannon cannons screwdriver drill torchlight flashlight compass
        backpack toolbox binoculars camera phone telephone computer laptop tablet battery batteries fuel
        gasoline wallet ticket passport envelope mail candlestick pot pots cauldron kettle teapot spoon
        fork plate broom mop scissors needle brush guitar drum drums trumpet violin piano flute horn
        bell telescope microscope helm cape cloak hat hats cap mask masks goggles amulet necklace bracelet
        belt skates
    """,
    "food": """
        food foods apple apples corn tomato carrot potion potions fruit fruits bread meat mushroom mushrooms
        shroom cherry cherries banana lemon strawberry grape grapes melon watermelon pineapple pear peach
        berry berries cheese cake cupcake cookie candy candies chocolate donut icecream pizza burger hamburger
        hotdog sandwich sushi egg eggs milk juice coffee tea beer wine honey vegetable pumpkin potato onion
        pepper lollipop sweets apfel brot fleisch pilz kirsche birne essen obst trank ei pie pancake waffle
        croissant bagel toast pretzel bacon ham sausage steak chips fries popcorn taco burrito pasta noodle
        noodles spaghetti rice soup salad lettuce cabbage cabbages broccoli cucumber eggplant garlic radish
        turnip beet beets beetroot mango kiwi papaya coconut avocado plum apricot fig raspberry
        blueberry blueberries strawberries gum gummy jelly pudding sundae muffin biscuit soda cola lemonade
        drink drinks snack treat feed seed seeds carrots tomatoes potatoes onions peppers peas bean beans
    """,
    "projectile": """
        bullet bullets shot shots laser lasers missile missiles bomb bombs arrow arrows fireball fireballs
        rocket rockets beam beams projectile projectiles grenade cannonball torpedo dart shuriken kunai
        boomerang ball balls puck plasma dynamite tnt mine mines ammo snowball football basketball kugel
        kugeln schuss pfeil rakete bombe cannonballs bombshell warhead torpedoes
          javelin volleyball baseball tennisball pingpong bowlingball beachball
    """,
    "effect": """
        explosion explosions explode boom smoke particle particles spark sparks sparkle sparkles dust effect
        effects fx vfx fire flame flames aura heal blast shadow shadows impact slash trail exhaust thrust
        thruster flash poof splatter blood gore puff lightning thunder magic spell swirl confetti firework
        fireworks feuer flamme rauch schatten funke shockwave embers ember steam fog mist haze vapor vapour
        sandstorm tornado hurricane whirlwind nova supernova glitter twinkle shine flare flares burst bursts
        muzzleflash bloodstain hitmarker ripple ripples
    """,
    "light": """
        light lights lamp lamps lantern torch torches glow candle candles streetlight lightbulb bulb spotlight
        campfire beacon neon licht lampe laterne fackel kerze chandelier headlight headlights lightpost
        lamppost streetlamp fireflies firefly fireplace brazier bonfire
    """,
}
"""Words of languages in which the last noun of a compound says what it is: `stonewall` is a wall."""

NOUN_FIRST: Final[dict[str, str]] = {
    HUD: """
        boton botones puntaje puntuacion vida vidas carta cartas letra letras numero numeros titulo texto
        corazon barra fuente marcador bouton vie vies coeur titre texte carte cartes chiffre chiffres
        lettre lettres botao botoes placar coracao pontuacao fonte bottone pulsante vita vite cuore
        carattere caratteri titolo testo cifra cifre punteggio
    """,
    "sky": """
        cielo nube nubes fondo fondos estrella estrellas espacio sol luna
        ciel nuage nuages fond fonds etoile etoiles espace soleil lune arriereplan
        ceu nuvem nuvens estrela estrelas espaco lua fundo
        nuvola nuvole sfondo sfondi stella stelle spazio sole
    """,
    "hill": """
        montana montanas colina montagne montagnes colline montanha montanhas montagna collina
    """,
    "grass": """
        hierba cesped pasto pradera herbe pelouse prairie grama relva campo erba prato
    """,
    "dirt": """
        tierra suelo barro plataforma terre boue plateforme terra solo lama chao terreno fango piattaforma
    """,
    "sand": """
        playa desierto duna sable plage areia praia deserto sabbia spiaggia
    """,
    "stone": """
        piedra piedras roca rocas cueva meteorito asteroide estatua pierre pierres rocher rochers caillou
        grotte pedra pedras rocha rochas caverna pietra pietre roccia rocce sasso grotta statua
    """,
    "ore": """
         cristal cristales carbon hierro minerai cristaux charbon minerio carvao minerale cristallo
    """,
    "wood": """
        madera valla puente silla escalera barril bois cloture pont chaise echelle tonneau banc madeira
        cerca ponte cadeira escada legno recinto sedia scala tavolo botte
    """,
    "leaves": """
        arbol arboles arbusto hoja hojas planta plantas flor flores bosque palmera arbre arbres buisson
        feuille feuilles plante fleur fleurs foret arvore arvores folha folhas floresta mato albero alberi
        foglia foglie cespuglio pianta fiore fiori foresta
    """,
    "water": """
        agua mar rio lago ola olas oceano cascada eau mer riviere lac vague vagues fleuve onda ondas acqua
        mare fiume onde cascata
    """,
    "lava": "lave",
    "snow": "nieve hielo neige glace neve gelo ghiaccio",
    "brick": """
        ladrillo ladrillos brique briques tijolo tijolos mattone mattoni
    """,
    "metal": """
        tuberia tubo tubos tuyau tuyaux cano canos acero acier aco acciaio paleta raquette
    """,
    "glass": "vidrio cristalera verre vidro vetro",
    "road": """
        camino calle carretera pista chemin route rue caminho estrada rua strada via sentiero
    """,
    "wall": """
        muro muros pared paredes bloque bloques mur murs bloc blocs parede bloco blocos parete muri blocco
        blocchi
    """,
    "floor": """
        piso plancher pavimento moquette alfombra tapis tapete tappeto
    """,
    "door": """
        puerta puertas porte portes porta portas bandera drapeau bandeira bandiera meta
    """,
    "chest": """
        cofre cofres caja cajas tesoro coffre coffres caisse caisses tresor bau caixa caixas tesouro cassa
        casse scrigno forziere
    """,
    "coin": """
        moneda monedas gema gemas joya piece pieces gemme gemmes bijou moeda moedas joia moneta monete gemma
        oro dinero argent dinheiro soldi anillo anneau anel anello
    """,
    "player": """
        jugador heroe personaje joueur heros personnage jogador heroi personagem giocatore eroe personaggio
    """,
    "friend": """
        amigo aldeano mercader hombre mujer rey reina princesa ami villageois marchand homme femme roi reine
        princesse mercador homem mulher rei rainha amico mercante uomo donna regina principessa
    """,
    "enemy": """
        enemigo enemigos monstruo fantasma fantasmas esqueleto malo jefe ennemi ennemis monstre monstres
        fantome fantomes squelette mechant inimigo inimigos monstro chefe nemico nemici mostro mostri
        scheletro cattivo zumbi alienigena marciano extraterrestre dragao drago
    """,
    "animal": """
        perro gato caballo vaca oveja cerdo gallina pajaro pez raton rana abeja serpiente conejo chien chat
        cheval vache mouton cochon poule oiseau poisson souris grenouille abeille lapin cachorro cavalo
        ovelha porco galinha passaro peixe sapo cobra coelho cane gatto cavallo mucca pecora maiale uccello
        pesce topo ape serpente coniglio animales animaux animais animali
    """,
    "vehicle": """
        coche coches nave naves barco avion carro camion tren voiture voitures vaisseau bateau camionnette
        navire carros navio aviao trem caminhao macchina navicella barca aereo treno veicolo vehiculo
        vehicule veiculo
    """,
    "tool": """
        arma armas espada llave hacha martillo arme armes epee cle hache marteau chave machado martelo spada
        chiave ascia armi
    """,
    "food": """
        comida manzana pan carne seta fruta frutas pomme pain viande champignon nourriture gateau maca pao
        cogumelo mela pane fungo frutta cibo torta pocion pozione pocao
    """,
    "projectile": """
        bala balas flecha cohete misil pelota disparo balle balles fleche fusee obus tir bola tiro foguete
        proiettile proiettili freccia razzo palla pallina sparo
    """,
    "effect": """
        fuego humo llama sombra feu fumee ombre fogo fumaca chama fuoco fumo fiamma ombra explosao esplosione
    """,
    "light": """
        luz lampara antorcha lumiere torche tocha luce lampada torcia
    """,
}
"""Words of languages in which the first noun says what it is: `muro_pietra` is a wall."""

YIELDS: Final[frozenset[str]] = _words("""
    gold silver oro bg bgr bgd background backgrounds backdrop back parallax hintergrund fondo fondos fond
    fonds fundo sfondo sfondi block blocks blk bloque bloques bloc blocs bloco blocos blocco blocchi
    platform platforms plat plattform plataforma plateforme piattaforma ground terrain land foreground fg
    base wall walls mauer muro mur pared parede parete floor floors boden suelo sol piso item items
    pickup pickups collectible collectable bonus character char frame start select help options tutorial
    controls pause marker deck figur personaje personnage obstacle obstacles field campo ready
    """)
"""Words that say little: any other word that is known counts before them. `grass_block` is grass."""

STATES: Final[frozenset[str]] = _words("""
    wall fire ground block land ice water ladder climb slide swim air light magic spell cast start ready
    select
    """)
"""Words that in the folder of a creature name what it does: `player/wall/0.png` clings to a wall."""

SCREENS: Final[frozenset[str]] = _words("""
    ui hud gui menu menus mainmenu button buttons btn btns cursor cursors
    """)
"""Words that say HUD wherever they stand in a path: `ui/player/left.png` is a part of the HUD."""

WITHOUT: Final[frozenset[str]] = _words("no non without ohne kein keine sin sans sem senza")
"""Words after which a thing is named that is not there: `demon_no_flames`. A `no_button` is one, though."""

BRIDGES: Final[frozenset[str]] = _words("bridge bruecke brucke puente pont ponte")
"""Of wood, or of stone if they are grey."""

BACKDROPS: Final[frozenset[str]] = _words("""
    bg bgr bgd background backgrounds backdrop back hintergrund fondo fondos fond fonds fundo sfondo sfondi
    """)
"""Words for what lies behind: a sky if it is large or far behind, else the ground of a panel."""

BLOCKS: Final[frozenset[str]] = _words("""
    block blocks blk bloque bloques bloc blocs bloco blocos blocco blocchi
    """)
"""Words for a cube of any material: its look decides."""

STARS: Final[frozenset[str]] = _words("star stars estrella estrellas etoile etoiles estrela estrelas stella")
"""In the sky, or to be picked up."""

SOFT: Final[frozenset[str]] = _words("health heart hearts life lives mana stamina vida vie vita leben")
"""Words of the HUD that also name what lies in the world, to be picked up."""

GENERIC: Final[frozenset[str]] = _words("""
    tileset tilesets tiles tile tiled sheet sheets sprite sprites spritesheet spritesheets image images img
    imgs pic pics picture pictures graphics graphic gfx art assets asset data resources resource res media
    textures texture tex atlas anim anims animation animations png jpg final copy new old test temp tmp
    default basic main game games python pygame source src small large big tiny medium huge mini alt left
    right top bottom middle mid center centre up down north south east west front side corner edge inner
    outer single double end ending begin horizontal vertical hit idle run running walk walking jump jumping
    attack attacking move moving fall falling full empty half low high hurt dead death dying stand standing
    shoot shooting crouch open closed opened close on off green blue red orange dark bright black white yellow
    purple pink grey gray brown cyan magenta violet teal the and of with level one two three pack kenney
    free version ver pixel pixels px bit scaled scale hd layer layers object objects obj entity entities
    bild bilder grafik grafiken imagen imagenes imagem imagens immagini immagine grafica recursos ressources
    risorse gross klein grande pequeno petit petite piccolo rechts links oben unten droite gauche derecha
    izquierda direita esquerda destra sinistra rot gruen blau schwarz weiss rouge vert bleu noir blanc rojo
    verde azul negro blanco vermelho preto branco rosso nero bianco
    """)
"""Words that say nothing of what is shown. They are dropped, so that the folder may speak."""

HOLDS_MANY: Final[frozenset[str]] = _words("""
    window windows house houses building buildings home hut shop store castle temple church village town
    city world overworld map maps level levels tilemap scene room rooms scenery landscape area stage
    screenshot dungeon farm haus gebaeude schloss dorf stadt welt fenster casa edificio castillo castelo
    castello mundo mapa mappa mondo nivel maison batiment chateau monde niveau ville citta cidade ciudad
    hotel hotels motel hostel inn tavern pub school hospital church cathedral cottage cabin palace mansion
    villa skyscraper skyscrapers apartment apartments museum factory barn windmill lighthouse warehouse garage
    shed bakery supermarket kitchen bedroom bathroom office library hallway corridor lobby interior interiors
    indoor lab laboratory stadium arena casino restaurant dojo gym classroom market stall silo cellar attic
    cockpit dashboard harbor harbour island board boards chessboard checkerboard gameboard painting
    paintings poster billboard iglesia eglise igreja chiesa kirche schule ecole escuela escola scuola
    """)
"""Words for what is made of many materials: the pixels decide."""

CHESS: Final[frozenset[str]] = _words("king queen knight rook bishop pawn")
"""Pieces that are also people. With a colour, or beside each other, they are pieces of a board game."""

SUITS: Final[frozenset[str]] = _words("clubs spades hearts diamonds club spade heart diamond")
RANKS: Final[frozenset[str]] = _words("ace jack queen king")
"""Of playing cards, where both are in a name: `king_of_spades` is neither a person nor a tool."""
