"""A rocket as in the old comics, its paint in vertex colours: a .ply knows nothing else."""

import math

import bmesh

from kit import ball, coloured, curve, cylinder, finish, join, lathe, material, prism, ring, rounded, shift, turn

ID, NAME, FORMAT = "rocket", "Rocket", "ply"
VIEW = {"azimuth": 20, "elevation": 6}


def radius(z):
    """The hull's, from tail (0) to nose (4)."""
    t = z / 4
    return 0.62 * math.sin(math.pi * (0.20 + 0.80 * t) ** 0.92) ** 0.75 if t < 1 else 0.0


def band(name, low, high, paint, out=0.0, rows=10):
    return lathe(name, [(radius(low + (high - low) * i / rows) + out, low + (high - low) * i / rows) for i in range(rows + 1)], paint, 96)


def make():
    cream = material("Cream", (0.84, 0.80, 0.70), 0, 0.35)
    red = material("Red", (0.68, 0.04, 0.03), 0, 0.3)
    navy = material("Navy", (0.03, 0.07, 0.17), 0, 0.35)
    steel = material("Steel", (0.42, 0.44, 0.47), 0.8, 0.3)
    glass = material("Glass", (0.25, 0.58, 0.70), 0, 0.1)
    gold = material("Gold", (0.80, 0.52, 0.10), 0.8, 0.3)

    hull = [band("Hull", 0.0, 0.42, navy), band("Hull", 0.42, 0.52, gold, 0.004, 4), band("Hull", 0.52, 2.62, cream, 0, 40),
            band("Hull", 2.62, 2.70, gold, 0.004, 4), band("Hull", 2.70, 3.9985, red, 0, 36)]
    tip = [cylinder("Tip", 0.028, (0, 0, 3.94), (0, 0, 4.36), steel, 0.01, 24), ball("Tip", (0, 0, 4.38), 0.055, red, 32)]

    # Two rows of checks around the waist, as on the rockets that flew.
    checks, count = [], 24
    for row in range(2):
        for i in range(0, count, 2):
            z, a = 0.66 + 0.13 * row, math.tau * (i + row) / count
            grid = []
            shape = bmesh.new()
            for v in range(4):
                line = []
                for u in range(7):
                    angle, height = a + math.tau / count * u / 6, z + 0.13 * v / 3
                    r = radius(height) + 0.004
                    line.append(shape.verts.new((r * math.cos(angle), r * math.sin(angle), height)))
                grid.append(line)
            for v in range(3):
                for u in range(6):
                    shape.faces.new((grid[v][u], grid[v][u + 1], grid[v + 1][u + 1], grid[v + 1][u]))
            checks.append(finish("Check", shape, navy))

    nozzle = lathe("Nozzle", [(0, 0.02), (0.30, 0.02), (0.24, -0.10), (0.27, -0.22), (0.36, -0.36), (0.38, -0.38), (0.35, -0.38), (0.24, -0.22),
                              (0.20, -0.12), (0, -0.10)], steel, 72)
    rings = [ring("Nozzle", (0, 0, z), r, 0.016, steel, "Z", 72, 10) for z, r in ((-0.17, 0.262), (-0.26, 0.300), (-0.34, 0.350))]

    windows = []
    for z, size, angle in ((2.18, 0.20, -90), (1.55, 0.15, -90), (2.18, 0.13, 30), (2.18, 0.13, 150)):
        r = radius(z)
        pane = turn(lathe("Window", rounded(size * 0.90, -0.10, 0.055, 0.02), glass, 48), 90, "X")
        rim = ring("Window", (0, 0, 0), size, size * 0.20, gold, "Y", 56, 14)
        bolts = [ball("Window", (size * math.cos(b), -size * 0.20, size * math.sin(b)), size * 0.05, steel, 12) for b in
                 [math.tau * i / 10 for i in range(10)]]
        windows += [turn(shift(part, 0, -r - 0.005, z), angle + 90) for part in (pane, rim, *bolts)]

    fins = []
    outline = [(0.30, 0.95), (0.62, 0.78), (0.90, 0.40), (1.05, -0.10), (1.08, -0.62), (1.00, -0.70), (0.93, -0.60), (0.78, -0.20), (0.60, 0.02), (0.28, 0.10)]
    for i in range(4):
        path = curve(outline, 8, closed=True)
        fin = prism("Fin", [(p.x, p.y) for p in path], -0.045, 0.045, red, 0.03, 4)
        fin = turn(fin, 90, "X")
        cap = ball("Fin", (1.045, 0, -0.66), (0.075, 0.075, 0.11), steel, 24)
        fins += [turn(fin, 45 + 90 * i), turn(cap, 45 + 90 * i)]
    return [shift(coloured(join("Rocket", hull, tip, checks, nozzle, rings, windows, fins)), 0, 0, 0.76)]
