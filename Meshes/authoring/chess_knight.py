"""A Staunton knight, carved as one piece: for .stl, and for a printer."""

import math

import bmesh

from kit import apply_modifier, ball, curve, cut, finish, join, lathe, shift, turn

ID, NAME, FORMAT = "chess-knight", "Chess knight", "stl"
VIEW = {"azimuth": 32, "elevation": 14, "tint": (0.23, 0.095, 0.04), "roughness": 0.32}

# The silhouette, looking along Y, the nose towards +X.
OUTLINE = [(-0.30, 0.00), (-0.355, 0.20), (-0.36, 0.42), (-0.315, 0.66), (-0.235, 0.86), (-0.14, 1.00), (-0.075, 1.075), (-0.055, 1.175),
           (-0.005, 1.135), (0.045, 1.075), (0.12, 1.035), (0.21, 0.955), (0.30, 0.85), (0.375, 0.755), (0.432, 0.675), (0.452, 0.61),
           (0.440, 0.562), (0.408, 0.548), (0.372, 0.572), (0.368, 0.535), (0.335, 0.500), (0.285, 0.505), (0.24, 0.555), (0.17, 0.585), (0.10, 0.575), (0.045, 0.53),
           (0.055, 0.46), (0.125, 0.35), (0.215, 0.235), (0.275, 0.12), (0.30, 0.00)]


EYE = (0.178, 0.868)


def distance(x, z, polygon):
    best = 9.0
    for (ax, az), (bx, bz) in zip(polygon, polygon[1:] + polygon[:1]):
        dx, dz = bx - ax, bz - az
        t = max(0.0, min(1.0, ((x - ax) * dx + (z - az) * dz) / (dx * dx + dz * dz + 1e-12)))
        best = min(best, math.hypot(x - ax - t * dx, z - az - t * dz))
    return best


def inside(x, z, polygon):
    result = False
    for (ax, az), (bx, bz) in zip(polygon, polygon[1:] + polygon[:1]):
        if (az > z) != (bz > z) and x < (bx - ax) * (z - az) / (bz - az) + ax:
            result = not result
    return result


def thickness(x, z, edge):
    """How far the carving stands out from the middle plane."""
    body = 0.30 - 0.13 * min(1.0, max(0.0, z) / 0.9)
    muzzle = max(0.0, min(1.0, (x - 0.08) / 0.30)) * max(0.0, min(1.0, (z - 0.42) / 0.1))
    most = body * (1 - 0.42 * muzzle)
    rise = min(1.0, edge / (most * 0.95))
    out = most * math.sqrt(max(0.0, 1 - (1 - rise) ** 2))
    out += 0.035 * math.exp(-((x - 0.06) ** 2 + (z - 0.73) ** 2) / 0.012)  # the cheek
    out += 0.020 * math.exp(-((x - 0.20) ** 2 + (z - 0.865) ** 2) / 0.0022)  # the brow
    out += 0.018 * math.exp(-((x - 0.375) ** 2 + (z - 0.64) ** 2) / 0.0025)  # the nostril's rim
    # The mane: locks along the back of the neck, behind a groove.
    back = -0.345 + 0.30 * max(0.0, z - 0.45) ** 1.25
    behind = x - back
    if z > 0.06 and behind < 0.20:
        lock = 0.5 + 0.5 * math.cos(46 * (z + 0.55 * behind))
        out += (0.022 * lock - 0.006) * min(1.0, edge / 0.05)
    # The mouth, drawn back from the notch in the silhouette.
    if x > 0.26:
        out -= 0.030 * math.exp(-((z - 0.585 - 0.10 * (0.40 - x)) / 0.011) ** 2)
    # The eye's socket; the ball itself comes later.
    out -= 0.020 * math.exp(-((math.hypot(x - EYE[0], (z - EYE[1]) * 1.25) - 0.043) / 0.012) ** 2)
    groove = abs(behind - 0.205)
    if z > 0.10 and groove < 0.03:
        out -= 0.026 * (1 - groove / 0.03)
    return out


def head():
    polygon = [(p.x, p.y) for p in curve([(x, z, 0) for x, z in OUTLINE], 6, closed=True)]
    step = 0.0095
    columns, rows = range(int(-0.42 / step), int(0.48 / step)), range(int(-0.02 / step), int(1.22 / step))
    shape = bmesh.new()
    front, back = {}, {}
    for i in columns:
        for k in rows:
            x, z = i * step, k * step
            if inside(x, z, polygon):
                y = max(0.006, thickness(x, z, distance(x, z, polygon)))
                front[i, k] = shape.verts.new((x, -y, z))
                back[i, k] = shape.verts.new((x, y, z))
    edges = {}
    for i, k in front:
        cell = [(i, k), (i + 1, k), (i + 1, k + 1), (i, k + 1)]
        if all(c in front for c in cell):
            shape.faces.new([front[c] for c in cell])
            shape.faces.new([back[c] for c in cell[::-1]])
            for a, b in zip(cell, cell[1:] + cell[:1]):
                edges[a, b] = (b, a) not in edges
                if (b, a) in edges:
                    edges[b, a] = False
    for (a, b), lonely in edges.items():
        if lonely:
            shape.faces.new((front[b], front[a], back[a], back[b]))
    for vertex in [v for v in shape.verts if not v.link_faces]:
        shape.verts.remove(vertex)
    return finish("Head", shape)


def make():
    carved = head()
    apply_modifier(carved, "SMOOTH", factor=0.5, iterations=3)
    ears = []
    for side in (-1, 1):
        ear = lathe("Ear", [(0, -0.02), (0.050, 0.0), (0.058, 0.05), (0.042, 0.12), (0.018, 0.19), (0, 0.215)], None, 24)
        ears.append(shift(turn(turn(ear, side * -13, "X"), -14, "Y"), -0.045, side * 0.052, 1.02))
    out = thickness(*EYE, distance(*EYE, OUTLINE))
    eyes = [ball("Eye", (EYE[0], side * (out - 0.004), EYE[1]), (0.034, 0.022, 0.026), None, 24) for side in (-1, 1)]
    whole = shift(join("Knight", carved, ears, eyes), 0.02, 0, 0.50)
    base = lathe("Base", [(0, 0), (0.46, 0), (0.485, 0.015), (0.49, 0.05), (0.485, 0.10), (0.455, 0.13), (0.435, 0.135), (0.44, 0.16), (0.43, 0.20),
                          (0.385, 0.245), (0.34, 0.285), (0.325, 0.33), (0.33, 0.36), (0.365, 0.375), (0.385, 0.40), (0.385, 0.43), (0.365, 0.455),
                          (0.33, 0.47), (0.33, 0.53), (0, 0.56)], None, 96)
    whole = join("Knight", whole, base)
    apply_modifier(whole, "REMESH", mode="VOXEL", voxel_size=0.0085)
    apply_modifier(whole, "SMOOTH", factor=0.5, iterations=4)
    for side in (-1, 1):
        cut(whole, ball("Nostril", (0.418, side * 0.088, 1.138), (0.018, 0.032, 0.013), None, 16))
    apply_modifier(whole, "DECIMATE", ratio=min(1.0, 38000 / sum(len(p.vertices) - 2 for p in whole.data.polygons)))
    for corner in whole.data.vertices:
        corner.co *= 0.05  # a piece of six centimetres and more
    for face in whole.data.polygons:
        face.use_smooth = True
    return [whole]
