"""pygame's own methods, taken before they are hooked: so our calls are not taken for the game's.

Import this before `capture.Capture.install`. Read next: `patching`.
"""

from __future__ import annotations

import pygame

get_alpha = pygame.Surface.get_alpha
get_bitsize = pygame.Surface.get_bitsize
get_buffer = pygame.Surface.get_buffer
get_clip = pygame.Surface.get_clip
get_colorkey = pygame.Surface.get_colorkey
get_flags = pygame.Surface.get_flags
get_masks = pygame.Surface.get_masks
get_offset = pygame.Surface.get_abs_offset
get_parent = pygame.Surface.get_abs_parent
get_pitch = pygame.Surface.get_pitch
get_size = pygame.Surface.get_size
set_colorkey = pygame.Surface.set_colorkey
blit = pygame.Surface.blit
copy = pygame.Surface.copy
fill = pygame.Surface.fill
subsurface = pygame.Surface.subsurface
get_display = pygame.display.get_surface
post = pygame.event.post
scale = pygame.transform.scale
