"""A powder extinguisher with a printed label: one texture, embedded, for .glb."""

import math

from mathutils import Matrix

from kit import box, curve, cylinder, join, lathe, material, place, prism, ring, rounded, shift, textured, tube, turn
from label import draw

ID, NAME, FORMAT = "fire-extinguisher", "Fire extinguisher", "glb"
VIEW = {"azimuth": 22, "elevation": 12}
RED = (0.70, 0.018, 0.022)


def label_image():
    """The cylinder unrolled: red paint, and in the front a label."""
    white, ink, red = (0.95, 0.95, 0.93), (0.03, 0.03, 0.035), (0.75, 0.03, 0.03)
    return draw("label", (1024, 768), RED, [
        ("box", 314, 205, 710, 605, white),
        ("box", 314, 515, 710, 605, ink),
        ("text", 512, 560, 62, "FIRE EXTINGUISHER", (1, 1, 1), 366),
        ("text", 512, 475, 46, "ABC POWDER  6 kg", ink, 350),
        ("box", 336, 440, 688, 445, red),
        *[part for i, (letter, word) in enumerate((("A", "wood"), ("B", "fuel"), ("C", "gas"))) for part in (
            ("box", 340 + 120 * i, 342, 444 + 120 * i, 430, red),
            ("text", 392 + 120 * i, 393, 66, letter, (1, 1, 1), 100),
            ("text", 392 + 120 * i, 357, 26, word, (1, 1, 1), 100))],
        ("text", 512, 313, 30, "1  PULL THE PIN", ink, 350),
        ("text", 512, 276, 30, "2  AIM AT THE BASE", ink, 350),
        ("text", 512, 239, 30, "3  SQUEEZE AND SWEEP", ink, 350),
        ("box", 314, 195, 710, 205, (0.95, 0.75, 0.05)),
    ])


def make():
    paint = textured("Painted steel", label_image(), 0.28)
    brass = material("Brass", (0.62, 0.43, 0.14), 0.9, 0.3)
    steel = material("Steel", (0.55, 0.56, 0.58), 0.9, 0.3)
    black = material("Black plastic", (0.025, 0.025, 0.028), 0.0, 0.45)
    yellow = material("Pin", (0.9, 0.62, 0.02), 0.0, 0.4)
    glass = material("Dial", (0.92, 0.93, 0.9), 0.0, 0.15)
    green = material("Green", (0.05, 0.5, 0.12), 0.0, 0.4)

    turns = [math.pi / 2 * i / 10 for i in range(11)]
    profile = [(0, 0.012), (0.055, 0.010), (0.066, 0.0), (0.074, 0.004)]
    profile += [(0.080, 0.02 + 0.36 * i / 12) for i in range(13)]
    profile += [(0.024 + 0.056 * math.cos(a), 0.38 + 0.062 * math.sin(a)) for a in turns[1:]]
    profile += [(0.024, 0.455)]
    body = turn(lathe("Cylinder", profile, paint, 96, unwrap=True), 112)

    valve = join("Valve", lathe("Valve", rounded(0.030, 0.450, 0.468, 0.004), brass, 48),
                 lathe("Valve", rounded(0.021, 0.460, 0.520, 0.005), brass, 48),
                 box("Valve", (-0.022, -0.016, 0.495), (0.030, 0.016, 0.528), brass, 0.005),
                 cylinder("Valve", 0.013, (0.02, 0, 0.50), (0.058, 0, 0.50), brass),
                 cylinder("Valve", 0.012, (0, -0.012, 0.49), (0, -0.036, 0.49), brass))

    dial = join("Gauge", turn(lathe("Gauge", rounded(0.022, 0, 0.013, 0.003), steel, 40), 90, "X"),
                turn(lathe("Gauge", rounded(0.018, 0.008, 0.0145, 0.001), glass, 40), 90, "X"))
    sector = prism("Gauge", [(0, 0.003)] + [(0.0155 * math.sin(a), 0.0155 * math.cos(a)) for a in [(i - 6) * 0.1 for i in range(13)]],
                   0.0140, 0.0152, green)
    needle = prism("Gauge", [(-0.0012, -0.003), (0.0012, -0.003), (0.0003, 0.014), (-0.0003, 0.014)], 0.0150, 0.0160, black)
    sector, needle = turn(sector, 90, "X"), turn(needle, 90, "X")
    gauge = shift(join("Gauge", dial, sector, needle), 0, -0.034, 0.49)

    def lever(name, points, width):
        outline = curve(points, 8, closed=True)
        flat = prism(name, [(p.x, p.y) for p in outline], -width / 2, width / 2, black, 0.003)
        return turn(flat, 90, "X")

    carry = lever("Carrying handle", [(0.03, 0.512), (-0.06, 0.512), (-0.13, 0.475), (-0.136, 0.485), (-0.06, 0.527), (-0.02, 0.532)], 0.026)
    squeeze = lever("Lever", [(0.034, 0.528), (-0.02, 0.536), (-0.08, 0.563), (-0.142, 0.572), (-0.144, 0.582), (-0.075, 0.576),
                              (-0.015, 0.556), (0.034, 0.545)], 0.024)

    pin = join("Safety pin", cylinder("Safety pin", 0.0032, (-0.004, -0.030, 0.528), (-0.004, 0.032, 0.528), steel),
               ring("Safety pin", (-0.004, -0.052, 0.528), 0.022, 0.0032, yellow, "X", 40, 10))

    hose = tube("Hose", curve([(0.050, 0, 0.500), (0.085, 0, 0.497), (0.125, 0, 0.455), (0.128, 0, 0.36), (0.112, 0, 0.24), (0.105, 0, 0.165)], 12),
                0.0105, black, 20)
    horn = lathe("Nozzle", [(0, 0), (0.0125, 0), (0.0125, 0.03), (0.0145, 0.034), (0.012, 0.06), (0.016, 0.10), (0.027, 0.155), (0.030, 0.160),
                            (0.026, 0.160), (0.015, 0.105), (0, 0.09)], black, 40)
    horn = place(horn, Matrix.Translation((0.105, 0, 0.188)) @ Matrix.Rotation(math.pi, 4, "X"))
    strap = join("Strap", lathe("Strap", [(0.0805, 0.049), (0.0835, 0.050), (0.0835, 0.070), (0.0805, 0.071)], steel, 96),
                 box("Strap", (0.080, -0.014, 0.046), (0.090, 0.014, 0.074), steel, 0.003),
                 ring("Strap", (0.105, 0, 0.060), 0.0235, 0.004, steel, "Z", 32, 10))
    foot = lathe("Foot", [(0.060, 0), (0.0835, 0), (0.0845, 0.004), (0.0835, 0.022), (0.0800, 0.024), (0.0780, 0.01)], black, 96)
    # The label's eye and the hose on the side that Blender's first view shows.
    for part in (valve, gauge, carry, squeeze, pin, hose, horn, strap):
        place(part, Matrix.Scale(-1, 4, (1, 0, 0)))
        part.data.flip_normals()
    return [body, valve, gauge, carry, squeeze, pin, hose, horn, strap, foot]
