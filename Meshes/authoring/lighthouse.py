"""A striped lighthouse on its rock, in vertex colours."""

import math

import bmesh
from mathutils import Vector, noise

from kit import ball, box, coloured, cylinder, finish, join, lathe, material, ring, rounded, shift, tube, turn

ID, NAME, FORMAT = "lighthouse", "Lighthouse", "obj"
VIEW = {"azimuth": 30, "elevation": 10}


def rock(paint):
    shape = bmesh.new()
    bmesh.ops.create_icosphere(shape, subdivisions=5, radius=1.0)
    for vertex in shape.verts:
        at = vertex.co.copy()
        bump = noise.fractal(at * 1.6 + Vector((3.1, 0.4, 7.7)), 1.0, 2.1, 5) * 0.30 + noise.cell(at * 3.3) * 0.10
        vertex.co = Vector((at.x * 5.2, at.y * 4.6, at.z * 1.9)) * (1 + bump)
        vertex.co.z = max(vertex.co.z, -0.6)
        if (vertex.co.xy).length < 2.6:
            vertex.co.z = min(vertex.co.z, 1.30)
    made = finish("Rock", shape, paint, 18)
    return made


def radius(z):
    """The tower's: wide at the foot, slightly hollow in the middle."""
    t = z / 10
    return 1.75 - 0.95 * t + 0.22 * (t * t - t)


def make():
    white = material("White", (0.86, 0.85, 0.80), 0, 0.6)
    red = material("Red", (0.62, 0.045, 0.04), 0, 0.5)
    stone = material("Stone", (0.20, 0.19, 0.18), 0, 0.9)
    iron = material("Iron", (0.06, 0.07, 0.08), 0.5, 0.5)
    glass = material("Glass", (0.45, 0.68, 0.74), 0, 0.1)
    lamp = material("Lamp", (1.0, 0.82, 0.32), 0, 0.2)
    dark = material("Window", (0.05, 0.07, 0.10), 0, 0.3)
    wood = material("Door", (0.16, 0.30, 0.33), 0, 0.6)

    parts = [rock(stone)]
    base = 1.15
    bands = 6
    for band in range(bands):
        zs = [10 * (band + i / 6) / bands for i in range(7)]
        parts.append(shift(lathe("Band", [(radius(z), z) for z in zs], white if band % 2 == 0 else red, 72), 0, 0, base))
    parts.append(shift(lathe("Foot", [(0, 0), (1.98, 0), (2.02, 0.08), (1.98, 0.42), (1.80, 0.50), (1.7, 0.5)], white, 72), 0, 0, base - 0.1))

    top = base + 10
    parts.append(shift(lathe("Gallery", [(0.74, -0.35), (0.90, -0.10), (1.32, 0.0), (1.36, 0.05), (1.36, 0.16), (0, 0.16)], iron, 72), 0, 0, top))
    for i in range(20):
        a = math.tau * i / 20
        x, y = 1.27 * math.cos(a), 1.27 * math.sin(a)
        parts.append(cylinder("Post", 0.028, (x, y, top + 0.15), (x, y, top + 0.86), iron, 0.004, 8))
    parts += [ring("Rail", (0, 0, top + z), 1.27, r, iron, "Z", 64, 8) for z, r in ((0.86, 0.040), (0.62, 0.020), (0.39, 0.020))]
    parts.append(shift(lathe("Room", rounded(0.80, 0.16, 0.62, 0.03), red, 48), 0, 0, top))
    parts.append(shift(lathe("Panes", [(0.72, 0.6), (0.72, 1.75)], glass, 10, sharp=10), 0, 0, top))
    for i in range(10):
        a = math.tau * i / 10
        x, y = 0.73 * math.cos(a), 0.73 * math.sin(a)
        parts.append(cylinder("Bar", 0.035, (x, y, top + 0.58), (x, y, top + 1.78), iron, 0.005, 8))
    parts.append(ring("Bar", (0, 0, top + 1.17), 0.735, 0.022, iron, "Z", 40, 8))
    parts.append(shift(lathe("Lamp", rounded(0.30, 0.7, 1.5, 0.12), lamp, 32), 0, 0, top))
    dome = [math.pi / 2 * i / 12 for i in range(13)]
    parts.append(shift(lathe("Roof", [(0, 1.72), (0.98, 1.72), (1.0, 1.78)] + [(0.94 * math.cos(a), 1.80 + 0.72 * math.sin(a)) for a in dome], red, 56), 0, 0, top))
    parts.append(ball("Knob", (0, 0, top + 2.62), 0.13, iron, 24))
    parts.append(cylinder("Rod", 0.025, (0, 0, top + 2.6), (0, 0, top + 3.35), iron, 0.005, 10))

    for z, angle in ((2.9, -90), (5.6, -60), (8.2, -90)):
        r = radius(z)
        frame = box("Frame", (-0.30, -r - 0.10, base + z - 0.42), (0.30, -r + 0.35, base + z + 0.42), white if (z // (10 / 6)) % 2 else red, 0.04)
        pane = box("Pane", (-0.19, -r - 0.13, base + z - 0.31), (0.19, -r, base + z + 0.31), dark, 0.01)
        parts += [turn(frame, angle + 90), turn(pane, angle + 90)]
    door = box("Door", (-0.42, -1.92, base), (0.42, -1.2, base + 1.35), wood, 0.03)
    frame = box("Frame", (-0.54, -1.86, base), (0.54, -1.2, base + 1.50), white, 0.04)
    step = box("Step", (-0.75, -2.35, base - 0.15), (0.75, -1.6, base + 0.02), stone, 0.03)
    knob = ball("Knob", (0.29, -1.94, base + 0.65), 0.045, lamp, 16)
    parts += [turn(p, 22) for p in (door, frame, step, knob)]
    return [coloured(join("Lighthouse", parts))]
