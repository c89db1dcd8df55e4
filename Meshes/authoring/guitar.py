"""An acoustic guitar with grained wood: a texture of our own, for .glb."""

import math

import bpy
import numpy
from mathutils import Matrix, Vector

from kit import ball, box, curve, cylinder, join, lathe, material, place, prism, ring, rounded, shift, textured, tube, turn

ID, NAME, FORMAT = "guitar", "Acoustic guitar", "glb"
VIEW = {"azimuth": 24, "elevation": 8}

# Half the body's outline, from the neck's heel round to the tail; x to the side, y along the strings.
HALF = [(0.0, 0.245), (0.055, 0.247), (0.105, 0.228), (0.138, 0.180), (0.140, 0.125), (0.120, 0.070), (0.118, 0.020), (0.146, -0.045),
        (0.184, -0.115), (0.192, -0.180), (0.165, -0.240), (0.100, -0.275), (0.0, -0.282)]


def grain(name, light, dark, size=(512, 512), rings=34.0):
    """Growth rings that wander, with pores: numpy, a fixed seed, no picture from anywhere."""
    chance = numpy.random.default_rng(7)
    height, width = size
    v, u = numpy.mgrid[0:height, 0:width] / float(height)
    wander = sum(numpy.sin(v * f + p)[:, :] * a for f, p, a in ((3.1, 0.4, 0.012), (7.7, 2.0, 0.006), (17.0, 1.0, 0.002)))
    lines = 0.5 + 0.5 * numpy.sin((u + wander) * rings * math.tau + 1.5 * numpy.sin(u * 9))
    fibres = numpy.repeat(chance.random((height // 16, width)), 16, axis=0)
    mix = numpy.clip(0.62 * lines ** 2 + 0.25 * fibres + 0.10 * numpy.sin(u * 11 + 1), 0, 1)[..., None]
    rgb = numpy.array(light) * (1 - mix) + numpy.array(dark) * mix
    pixels = numpy.concatenate([rgb, numpy.ones((height, width, 1))], axis=2).astype(numpy.float32)
    image = bpy.data.images.new(name, width, height)
    image.pixels.foreach_set((numpy.clip(pixels, 0, 1) ** (1 / 2.2)).ravel())
    image.pack()
    return image


def outline(scale=1.0):
    half = curve([(x, y, 0) for x, y in HALF], 8)
    right = [(p.x * scale, p.y * scale) for p in half]
    return right + [(-x, y) for x, y in right[-2:0:-1]]


def unwrap(thing, scale):
    """The wood's grain runs along Y."""
    layer = thing.data.uv_layers.new(name="UVMap") if not thing.data.uv_layers else thing.data.uv_layers[0]
    for loop in thing.data.loops:
        at = thing.data.vertices[loop.vertex_index].co
        layer.data[loop.index].uv = ((at.x + at.z) * scale, at.y * scale)
    return thing


def make():
    spruce = textured("Spruce", grain("spruce", (0.80, 0.52, 0.24), (0.62, 0.34, 0.12)), 0.35)
    rosewood = textured("Rosewood", grain("rosewood", (0.20, 0.07, 0.03), (0.08, 0.025, 0.012), (256, 256), 18), 0.3)
    ebony = material("Ebony", (0.02, 0.017, 0.015), 0, 0.4)
    bone = material("Bone", (0.86, 0.82, 0.72), 0, 0.35)
    steel = material("Steel", (0.70, 0.70, 0.70), 1.0, 0.25)
    bronze = material("Bronze", (0.62, 0.40, 0.16), 1.0, 0.3)
    gold = material("Tuners", (0.72, 0.52, 0.18), 1.0, 0.25)

    depth = 0.100
    sides = unwrap(prism("Body", outline(), -depth, -0.003, rosewood, 0.006), 4)
    top = unwrap(prism("Body", outline(1.004), -0.006, 0.0, spruce, 0.002), 3)
    binding = [tube("Body", [(x * 1.004, y * 1.004, z) for x, y in outline()], 0.0026, bone, 10, closed=True) for z in (-0.003, -depth + 0.003)]
    hole_at = (0, 0.085)
    hole = shift(lathe("Body", rounded(0.048, 0.0002, 0.0008, 0.0002, 1), ebony, 72), *hole_at, 0)
    rosette = [ring("Body", (*hole_at, 0.0004), r, 0.0013, paint, "Z", 96, 8) for r, paint in ((0.0495, ebony), (0.0535, bone), (0.0565, rosewood), (0.0595, bone))]
    guard = [(p.x, p.y) for p in curve([(0.050, 0.118), (0.086, 0.104), (0.104, 0.052), (0.098, -0.002), (0.072, -0.018), (0.050, 0.020),
                                       (0.053, 0.060), (0.0585, 0.085)], 8, closed=True)]
    guard = prism("Body", guard, 0.0, 0.0014, ebony, 0.0005)
    body = join("Body", sides, top, binding, hole, rosette, guard)

    saddle_y, nut_y = -0.105, 0.545
    bridge = join("Bridge", prism("Bridge", [(p.x, p.y) for p in curve([(-0.085, -0.112), (-0.035, -0.098), (0.035, -0.098), (0.085, -0.112), (0.084, -0.128),
                                                                       (0.04, -0.140), (-0.04, -0.140), (-0.084, -0.128)], 6, closed=True)], 0, 0.009, ebony, 0.003),
                  box("Bridge", (-0.038, saddle_y - 0.0015, 0.008), (0.038, saddle_y + 0.0015, 0.0125), bone, 0.0008),
                  [shift(lathe("Bridge", [(0, 0.008), (0.0030, 0.008), (0.0032, 0.011), (0.002, 0.0128), (0, 0.013)], bone, 20), -0.0275 + 0.011 * i, -0.124, 0)
                   for i in range(6)])

    def taper(y):
        return 0.0275 + (0.0215 - 0.0275) * (y - 0.15) / (nut_y - 0.15)

    fretboard = prism("Neck", [(-taper(0.135), 0.135), (taper(0.135), 0.135), (taper(nut_y), nut_y), (-taper(nut_y), nut_y)], 0.0, 0.0065, ebony, 0.001)
    back = tube("Neck", [(0, y, -0.0005) for y in numpy.linspace(0.235, nut_y + 0.012, 24)],
                [taper(y) * 0.985 for y in numpy.linspace(0.235, nut_y + 0.012, 24)], rosewood, 48, flat=1.0)
    for vertex in back.data.vertices:
        vertex.co.z = min(vertex.co.z, 0.0) * 0.80
    heel = unwrap(prism("Neck", [(p.x, p.y) for p in curve([(-0.024, 0.238), (0.024, 0.238), (0.020, 0.262), (0, 0.285), (-0.020, 0.262)], 6, closed=True)],
                        -0.080, 0.0, rosewood, 0.004), 4)
    unwrap(back, 4)
    frets, marks = [], []
    scale = nut_y - saddle_y
    places = [nut_y] + [saddle_y + scale / 2 ** (n / 12) for n in range(1, 20)]
    for y in places[1:]:
        frets.append(tube("Neck", [(-taper(y), y, 0.0066), (taper(y), y, 0.0066)], 0.0009, steel, 8))
    for n in (3, 5, 7, 9, 12, 15):
        y = (places[n - 1] + places[n]) / 2
        marks += [shift(lathe("Neck", rounded(0.0032, 0.0062, 0.0069, 0.0002, 1), bone, 20), x, y, 0) for x in ((-0.011, 0.011) if n == 12 else (0,))]
    nut = box("Neck", (-0.022, nut_y, 0.0), (0.022, nut_y + 0.005, 0.0095), bone, 0.001)
    neck = join("Neck", fretboard, back, heel, frets, marks, nut)

    lean = Matrix.Translation((0, nut_y, 0)) @ Matrix.Rotation(math.radians(-13), 4, "X") @ Matrix.Translation((0, -nut_y, 0))
    face = [(p.x, p.y) for p in curve([(-0.021, 0.548), (0.021, 0.548), (0.029, 0.580), (0.033, 0.640), (0.036, 0.712), (0.016, 0.728), (0, 0.720),
                                      (-0.016, 0.728), (-0.036, 0.712), (-0.033, 0.640), (-0.029, 0.580)], 6, closed=True)]
    head = [unwrap(prism("Headstock", face, -0.012, 0.002, rosewood, 0.002), 4)]
    posts = []
    for i in range(3):
        for side in (-1, 1):
            y = 0.592 + 0.044 * i
            posts.append((side * (0.0165 + 0.001 * i), y))
            head += [cylinder("Headstock", 0.003, (side * (0.0165 + 0.001 * i), y, 0), (side * (0.0165 + 0.001 * i), y, 0.015), gold, 0.0006, 20),
                     shift(lathe("Headstock", rounded(0.0052, 0.0, 0.0036, 0.0008), gold, 24), side * (0.0165 + 0.001 * i), y, 0),
                     cylinder("Headstock", 0.0022, (side * 0.025, y, -0.006), (side * 0.050, y, -0.006), gold, 0.0004, 16)]
            knob = ball_knob(side, y, bone)
            head.append(knob)
    headstock = place(join("Headstock", head), lean)

    strings = []
    for i in range(6):
        x0, x1 = -0.0275 + 0.011 * i, -0.0180 + 0.0072 * i
        side = -1 if i < 3 else 1
        rank = i if i < 3 else 5 - i
        post = lean @ Vector((side * (0.0165 + 0.001 * rank), 0.592 + 0.044 * rank, 0.010))
        path = [(x0, -0.124, 0.010), (x0, saddle_y, 0.0130), (x1, nut_y + 0.002, 0.0102), tuple(post)]
        strings.append(tube("Strings", path, 0.00115 - 0.00013 * i, bronze if i < 4 else steel, 8))
    strings = join("Strings", strings)

    upright = Matrix.Translation((0, 0, 0.284)) @ Matrix.Rotation(math.pi / 2, 4, "X")
    return [place(part, upright) for part in (body, bridge, neck, headstock, strings)]


def ball_knob(side, y, paint):
    return ball("Headstock", (side * 0.0545, y, -0.006), (0.0058, 0.0095, 0.0045), paint, 24)
