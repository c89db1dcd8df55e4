"""An enamel watering can; its colours are vertex colours, which is all that a lone .obj can carry."""

import math

import bmesh
from mathutils import Matrix, Vector

from kit import apply_modifier, coloured, curve, finish, join, lathe, material, place, ring, rounded, shift, tube

ID, NAME, FORMAT = "watering-can", "Watering can", "obj"
VIEW = {"azimuth": 28, "elevation": 20}


def make():
    enamel = material("Enamel", (0.02, 0.25, 0.27), 0.0, 0.3)
    inside = material("Inside", (0.55, 0.60, 0.58), 0.0, 0.4)
    brass = material("Brass", (0.72, 0.46, 0.12), 0.6, 0.3)

    shell = lathe("Can", [(0, 0.006), (0.118, 0.006), (0.124, 0.0), (0.131, 0.003), (0.134, 0.012)]
                  + [(0.134 - 0.022 * t, 0.012 + 0.238 * t) for t in [i / 14 for i in range(1, 15)]], enamel, 96)
    lining = lathe("Can", [(0.112, 0.250), (0.109, 0.249), (0.120, 0.13), (0.129, 0.012), (0, 0.010)], inside, 96)
    hoops = [ring("Can", (0, 0, z), r, 0.0042, brass, "Z", 96, 12) for z, r in ((0.252, 0.1115), (0.012, 0.1335), (0.172, 0.1195))]

    # The hood over the front half of the mouth keeps the water in when pouring.
    steps, rows = 40, 8
    shape = bmesh.new()
    grid = []
    for row in range(rows + 1):
        t = row / rows
        line = []
        for i in range(steps + 1):
            a = -math.pi / 2 + math.pi * i / steps
            x, y = 0.111 * math.cos(a) * (1 - t), 0.111 * math.sin(a)
            line.append(shape.verts.new((x, y, 0.252 + 0.030 * math.sin(t * math.pi / 2) * math.cos(a * 0.98) ** 0.6)))
        grid.append(line)
    for row in range(rows):
        for i in range(steps):
            shape.faces.new((grid[row][i], grid[row][i + 1], grid[row + 1][i + 1], grid[row + 1][i]))
    bmesh.ops.remove_doubles(shape, verts=shape.verts, dist=1e-5)
    hood = finish("Can", shape, enamel, 60)
    apply_modifier(hood, "SOLIDIFY", thickness=0.004, offset=-1)
    lip = tube("Can", [(0, y, 0.252 + 0.030 * max(0.0, math.cos(math.asin(max(-1, min(1, y / 0.111))) * 0.98)) ** 0.6)
                       for y in [0.1105 * math.sin(math.pi / 2 * (i / 20 - 1)) for i in range(41)]], 0.0034, brass, 10)

    path = curve([(0.10, 0, 0.060), (0.165, 0, 0.085), (0.245, 0, 0.170), (0.315, 0, 0.262), (0.348, 0, 0.300)], 12)
    spout = tube("Can", path, [0.033 - 0.019 * i / (len(path) - 1) for i in range(len(path))], enamel, 36)
    collar = ring("Can", (0, 0, 0), 0.0365, 0.005, brass, "Z", 48, 10)
    collar = place(collar, Matrix.Translation((0.128, 0, 0.067)) @ Vector((0.8, 0, 0.45)).to_track_quat("Z", "Y").to_matrix().to_4x4())
    lean = Vector((0.66, 0, 0.75))
    rose = join("Rose", lathe("Rose", [(0.0135, -0.012), (0.0165, -0.010), (0.0165, 0.0), (0.020, 0.008), (0.046, 0.040), (0.0475, 0.045),
                                       (0.0455, 0.048), (0.030, 0.0515), (0, 0.053)], brass, 56),
                [shift(lathe("Rose", rounded(0.0022, 0.044, 0.0528 - r * 0.05, 0.0004, 1), inside, 8), r * math.cos(a), r * math.sin(a), 0)
                 for r, n in ((0.0, 1), (0.011, 6), (0.021, 12), (0.031, 18)) for a in [math.tau * i / n for i in range(n)]])
    rose = place(rose, Matrix.Translation((0.345, 0, 0.296)) @ lean.to_track_quat("Z", "Y").to_matrix().to_4x4())
    stay = tube("Can", curve([(0.108, 0, 0.235), (0.17, 0, 0.232), (0.262, 0, 0.205)], 8), 0.0045, brass, 12)

    arch = tube("Can", curve([(0.085, 0, 0.272), (0.075, 0, 0.330), (0.010, 0, 0.385), (-0.085, 0, 0.375), (-0.165, 0, 0.295), (-0.190, 0, 0.190),
                              (-0.165, 0, 0.100), (-0.120, 0, 0.070)], 12), 0.0105, brass, 18)
    return [coloured(join("Watering_can", shell, lining, hoops, hood, lip, spout, collar, rose, stay, arch))]
