"""A desk lamp with balanced arms: six parts, each hanging on the one before, for .fbx."""

import math

from mathutils import Matrix, Vector

from kit import ball, child, curve, cylinder, join, lathe, material, place, ring, rounded, shift, tube, turn

ID, NAME, FORMAT = "desk-lamp", "Desk lamp", "fbx"
VIEW = {"azimuth": 28, "elevation": 13}

SHOULDER, ELBOW, WRIST = Vector((-0.02, 0, 0.075)), Vector((-0.155, 0, 0.375)), Vector((0.145, 0, 0.575))


def spring(name, start, end, radius, turns, paint):
    start, end = Vector(start), Vector(end)
    along = (end - start).to_track_quat("Z", "Y").to_matrix()
    length = (end - start).length
    steps = turns * 14
    path = [start + along @ Vector((radius * math.cos(math.tau * i / 14), radius * math.sin(math.tau * i / 14), length * i / steps))
            for i in range(steps + 1)]
    return tube(name, path, 0.0012, paint, 6)


def joint(name, at, paint, knob):
    return [cylinder(name, 0.017, at + Vector((0, -0.019, 0)), at + Vector((0, 0.019, 0)), paint, 0.003),
            cylinder(name, 0.011, at + Vector((0, 0.018, 0)), at + Vector((0, 0.036, 0)), knob, 0.003)]


def arm(name, low, high, paint, steel, knob):
    along = (high - low).normalized()
    aside = Vector((0, 1, 0)).cross(along) * 0.011
    rods = [cylinder(name, 0.0052, low + aside * s + Vector((0, y, 0)), high + aside * s + Vector((0, y, 0)), paint, 0.001, 20)
            for s, y in ((1, 0.0115), (1, -0.0115))]
    rods.append(cylinder(name, 0.0052, low - aside, high - aside, paint, 0.001, 20))
    springs = [spring(name, low + along * 0.045 + aside * 0.4 + Vector((0, y, 0)), low.lerp(high, 0.50) + aside * 0.4 + Vector((0, y, 0)),
                      0.0055, 22, steel) for y in (0.023, -0.023)]
    hooks = [tube(name, [low.lerp(high, 0.5) + aside * 0.4 + Vector((0, y, 0)), low.lerp(high, 0.68) + aside * 0.4 + Vector((0, y * 0.6, 0))],
                  0.0012, steel, 6) for y in (0.023, -0.023)]
    return join(name, rods, springs, hooks, joint(name, high, paint, knob))


def make():
    paint = material("Enamel", (0.75, 0.22, 0.025), 0, 0.3)
    cream = material("Reflector", (0.9, 0.88, 0.82), 0, 0.4)
    steel = material("Steel", (0.55, 0.56, 0.58), 0.9, 0.3)
    black = material("Black", (0.03, 0.03, 0.03), 0, 0.5)
    light = material("Bulb", (1.0, 0.86, 0.55), 0, 0.2)
    shader = light.node_tree.nodes["Principled BSDF"]
    shader.inputs["Emission Color"].default_value = (1.0, 0.80, 0.45, 1)
    shader.inputs["Emission Strength"].default_value = 3.0

    foot = join("Base", lathe("Base", [(0, 0.0), (0.108, 0.0), (0.112, 0.004), (0.112, 0.014), (0.104, 0.023), (0.035, 0.030), (0, 0.031)], paint, 96),
                shift(lathe("Base", [(0.034, 0.026), (0.024, 0.034), (0.019, 0.046), (0.0165, 0.060), (0.0155, 0.075), (0, 0.08)], paint, 48), -0.02, 0, 0),
                [shift(lathe("Base", rounded(0.009, 0.020, 0.031, 0.002), black, 32), 0.072, 0, 0)],
                joint("Base", SHOULDER, paint, black),
                tube("Base", curve([(-0.105, 0, 0.010), (-0.15, 0.012, 0.007), (-0.20, 0.055, 0.005), (-0.215, 0.115, 0.005), (-0.17, 0.165, 0.005)], 8),
                     0.0042, black, 10))
    lower = arm("Lower arm", SHOULDER, ELBOW, paint, steel, black)
    upper = arm("Upper arm", ELBOW, WRIST, paint, steel, black)

    tilt = Matrix.Translation(WRIST) @ Matrix.Rotation(math.radians(-28), 4, "Y")
    turns = [math.pi / 2 * i / 12 for i in range(13)]
    outer = [(0.024, 0.035), (0.030, 0.030), (0.032, 0.0), (0.034, -0.012)]
    outer += [(0.034 + 0.056 * math.sin(a), -0.012 - 0.105 * (1 - math.cos(a)) ** 0.9) for a in turns[1:]] + [(0.0915, -0.120), (0.0925, -0.124)]
    inner = [(r - 0.0025, z - 0.001) for r, z in outer[:2:-1]]
    shade = join("Shade", lathe("Shade", [(0, 0.035)] + outer, paint, 80), lathe("Shade", inner + [(0, -0.016)], cream, 80),
                 ring("Shade", (0, 0, -0.123), 0.0915, 0.0022, steel, "Z", 80, 10),
                 lathe("Shade", rounded(0.014, 0.033, 0.050, 0.004), black, 32))
    shade = place(shift(shade, 0.045, 0, -0.012), tilt)
    bracket = place(tube("Bracket", curve([(0, 0, 0), (0.02, 0, 0.006), (0.042, 0, 0.008)], 6), 0.0075, steel, 16), tilt)
    bulb = join("Bulb", ball("Bulb", (0, 0, -0.083), 0.030, light, 40), lathe("Bulb", [(0.013, -0.018), (0.013, -0.045), (0.020, -0.060)], steel, 32))
    bulb = place(shift(bulb, 0.045, 0, -0.012), tilt)

    child(lower, foot, SHOULDER)
    child(upper, lower, ELBOW)
    child(bracket, upper, WRIST)
    child(shade, bracket, tilt @ Vector((0.045, 0, 0)))
    child(bulb, shade, tilt @ Vector((0.045, 0, -0.05)))
    return [foot, lower, upper, bracket, shade, bulb]
