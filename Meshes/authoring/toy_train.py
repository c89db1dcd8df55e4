"""A wooden toy train: engine, tender and wagon, each with its wheels, in a hierarchy for .fbx."""

import math

from mathutils import Vector

from kit import ball, box, child, cylinder, join, lathe, material, ring, rounded, shift, turn

ID, NAME, FORMAT = "toy-train", "Toy train", "fbx"
VIEW = {"azimuth": 34, "elevation": 18}


def wheel(name, x, side, radius, paint, hub):
    made = join(name, lathe(name, rounded(radius, -0.007, 0.007, 0.003), paint, 48), lathe(name, rounded(radius * 0.42, 0.004, 0.010, 0.002), hub, 32),
                lathe(name, rounded(radius * 0.12, 0.008, 0.013, 0.002), paint, 20),
                [shift(lathe(name, rounded(radius * 0.09, 0.004, 0.0085, 0.001), hub, 12), radius * 0.66 * math.cos(a), radius * 0.66 * math.sin(a), 0)
                 for a in [math.tau * i / 6 for i in range(6)]])
    made = turn(made, 90 * side, "X")
    return shift(made, x, -side * 0.062, radius)


def wheels(owner, word, xs, radius, paint, hub):
    for number, x in enumerate(xs, 1):
        for side, hand in ((1, "right"), (-1, "left")):
            child(wheel(f"{word} wheel {number} {hand}", x, side, radius, paint, hub), owner, (x, -side * 0.062, radius))


def make():
    red = material("Red", (0.66, 0.04, 0.03), 0, 0.32)
    blue = material("Blue", (0.03, 0.17, 0.45), 0, 0.32)
    green = material("Green", (0.05, 0.33, 0.10), 0, 0.32)
    yellow = material("Yellow", (0.88, 0.55, 0.03), 0, 0.32)
    wood = material("Beech", (0.72, 0.47, 0.24), 0, 0.55)
    dark = material("Black", (0.03, 0.03, 0.035), 0, 0.4)

    engine = join("Engine", box("Engine", (-0.12, -0.048, 0.036), (0.145, 0.048, 0.058), wood, 0.005),
                  cylinder("Engine", 0.044, (-0.03, 0, 0.104), (0.130, 0, 0.104), blue, 0.008, 64),
                  cylinder("Engine", 0.0465, (0.108, 0, 0.104), (0.122, 0, 0.104), yellow, 0.003, 64),
                  cylinder("Engine", 0.0465, (0.030, 0, 0.104), (0.042, 0, 0.104), yellow, 0.003, 64),
                  cylinder("Engine", 0.030, (0.128, 0, 0.104), (0.136, 0, 0.104), dark, 0.003, 48),
                  ball("Engine", (0.137, 0, 0.104), 0.008, yellow, 24),
                  shift(lathe("Engine", [(0, 0.0), (0.017, 0.0), (0.015, 0.045), (0.026, 0.078), (0.027, 0.086), (0.019, 0.086), (0.012, 0.06), (0, 0.06)],
                              dark, 48), 0.092, 0, 0.140),
                  shift(lathe("Engine", [(0, 0), (0.020, 0), (0.019, 0.018), (0.013, 0.028), (0, 0.031)], yellow, 40), 0.015, 0, 0.144),
                  box("Engine", (-0.112, -0.046, 0.056), (-0.034, 0.046, 0.112), red, 0.004),
                  [box("Engine", (x - 0.006, y - 0.006, 0.108), (x + 0.006, y + 0.006, 0.176), red, 0.002) for x in (-0.105, -0.041) for y in (-0.039, 0.039)],
                  box("Engine", (-0.126, -0.056, 0.172), (-0.020, 0.056, 0.186), green, 0.006),
                  box("Engine", (0.143, -0.040, 0.040), (0.152, 0.040, 0.054), red, 0.003),
                  [cylinder("Engine", 0.011, (0.150, y, 0.047), (0.162, y, 0.047), dark, 0.003, 24) for y in (-0.026, 0.026)],
                  cylinder("Engine", 0.004, (-0.15, 0, 0.046), (-0.115, 0, 0.046), dark))
    wheels(engine, "Engine", (-0.075, 0.005, 0.085), 0.036, red, yellow)
    for side, hand in ((1, "right"), (-1, "left")):
        rod = box(f"Rod {hand}", (-0.085, -side * 0.076 - 0.003, 0.022), (0.095, -side * 0.076 + 0.003, 0.032), wood, 0.002)
        child(rod, engine, (0.005, -side * 0.076, 0.027))

    tender = join("Tender", box("Tender", (-0.285, -0.048, 0.036), (-0.150, 0.048, 0.058), wood, 0.005),
                  [box("Tender", low, high, blue, 0.003) for low, high in (((-0.282, -0.046, 0.057), (-0.272, 0.046, 0.118)),
                                                                            ((-0.163, -0.046, 0.057), (-0.153, 0.046, 0.118)),
                                                                            ((-0.275, -0.046, 0.057), (-0.160, -0.037, 0.110)),
                                                                            ((-0.275, 0.037, 0.057), (-0.160, 0.046, 0.110)))],
                  [ball("Tender", (-0.2175 + 0.028 * i + 0.006 * j, 0.022 * j, 0.098 + 0.007 * ((i * 3 + j * 5) % 3)),
                        (0.018, 0.016, 0.015), dark, 12) for i in (-1, 0, 1) for j in (-1, 0, 1)],
                  cylinder("Tender", 0.004, (-0.315, 0, 0.046), (-0.280, 0, 0.046), dark))
    wheels(tender, "Tender", (-0.252, -0.183), 0.030, yellow, red)

    wagon = join("Wagon", box("Wagon", (-0.475, -0.048, 0.036), (-0.312, 0.048, 0.058), wood, 0.005),
                 [box("Wagon", (x - 0.005, y - 0.005, 0.056), (x + 0.005, y + 0.005, 0.118), green, 0.002) for x in (-0.467, -0.3935, -0.320) for y in (-0.041, 0.041)],
                 [box("Wagon", (-0.472, y - 0.004, z), (-0.315, y + 0.004, z + 0.016), green, 0.002) for y in (-0.041, 0.041) for z in (0.070, 0.098)],
                 [box("Wagon", (x - 0.004, -0.041, z), (x + 0.004, 0.041, z + 0.016), green, 0.002) for x in (-0.467, -0.320) for z in (0.070, 0.098)])
    wheels(wagon, "Wagon", (-0.438, -0.349), 0.030, blue, yellow)
    blocks = [turn(box("Block red", (-0.457, -0.030, 0.059), (-0.407, 0.020, 0.109), red, 0.004), 8, about=(-0.43, 0, 0)),
              turn(box("Block yellow", (-0.392, -0.022, 0.059), (-0.342, 0.028, 0.109), yellow, 0.004), -10, about=(-0.367, 0, 0)),
              turn(box("Block blue", (-0.428, -0.024, 0.110), (-0.378, 0.026, 0.160), blue, 0.004), 27, about=(-0.403, 0, 0))]
    for block in blocks:
        centre = sum((v.co for v in block.data.vertices), Vector()) / len(block.data.vertices)
        child(block, wagon, centre)
    child(tender, engine, (-0.15, 0, 0.046))
    child(wagon, tender, (-0.315, 0, 0.046))
    return [engine, *engine.children_recursive]
