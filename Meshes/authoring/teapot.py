"""A round teapot, one closed skin: for .stl."""

import math

from mathutils import Matrix, Vector

from kit import apply_modifier, curve, cut, join, lathe, place, ring, tube

ID, NAME, FORMAT = "teapot", "Teapot", "stl"
VIEW = {"azimuth": 30, "elevation": 20, "tint": (0.10, 0.24, 0.42), "roughness": 0.16}


def make():
    belly = [math.pi * (i / 28 - 0.5) for i in range(3, 26)]
    body = [(0, 0.0), (0.062, 0.0), (0.066, 0.004), (0.064, 0.010)]
    body += [(0.108 * math.cos(a) ** 0.92, 0.094 + 0.088 * math.sin(a)) for a in belly]
    body += [(0.058, 0.180), (0.061, 0.184), (0.059, 0.189), (0, 0.190)]
    pot = lathe("Pot", body, None, 128)
    lid = lathe("Lid", [(0, 0.186), (0.055, 0.188), (0.0565, 0.192), (0.052, 0.200), (0.036, 0.212), (0.016, 0.219), (0.009, 0.224), (0.008, 0.230),
                        (0.0145, 0.238), (0.0165, 0.246), (0.0125, 0.255), (0, 0.258)], None, 96)
    path = curve([(0.080, 0, 0.060), (0.118, 0, 0.075), (0.143, 0, 0.115), (0.158, 0, 0.158), (0.187, 0, 0.186)], 12)
    spout = tube("Spout", path, [0.034 - 0.0215 * (i / (len(path) - 1)) ** 0.75 for i in range(len(path))], None, 40)
    lip = ring("Lip", (0, 0, 0), 0.0122, 0.0036, None, "Z", 40, 10)
    mouth = Matrix.Translation((0.186, 0, 0.185)) @ Vector((0.72, 0, 0.66)).to_track_quat("Z", "Y").to_matrix().to_4x4()
    lip = place(lip, mouth)
    handle = tube("Handle", curve([(-0.085, 0, 0.152), (-0.125, 0, 0.168), (-0.165, 0, 0.150), (-0.176, 0, 0.108), (-0.150, 0, 0.066), (-0.098, 0, 0.050)], 12),
                  0.0095, None, 28)
    whole = join("Teapot", pot, lid, spout, lip, handle)
    apply_modifier(whole, "REMESH", mode="VOXEL", voxel_size=0.0019)
    apply_modifier(whole, "SMOOTH", factor=0.5, iterations=6)
    cut(whole, place(lathe("Hole", [(0, -0.022), (0.0065, -0.018), (0.0098, 0.004), (0.0098, 0.03), (0, 0.03)], None, 40), mouth))
    apply_modifier(whole, "DECIMATE", ratio=min(1.0, 39000 / sum(len(p.vertices) - 2 for p in whole.data.polygons)))
    return [whole]
