def draw(canvas, simulation, alpha, caption):
    canvas.begin(tick=simulation.tick)
