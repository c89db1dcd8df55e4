"""A supermarket trolley: wire basket, tray, castors. Objects with plain materials, for .blend."""

from mathutils import Vector

from kit import box, curve, cylinder, join, lathe, material, ring, rounded, shift, tube, turn

ID, NAME, FORMAT = "shopping-cart", "Shopping cart", "blend"
VIEW = {"azimuth": 38, "elevation": 17}

# The basket's corners: x forward, y to the side, the rim above the floor of it.
RIM_BACK, RIM_FRONT = Vector((-0.46, 0.29, 0.93)), Vector((0.50, 0.24, 0.86))
FLOOR_BACK, FLOOR_FRONT = Vector((-0.38, 0.24, 0.50)), Vector((0.40, 0.19, 0.46))


def mirror(point):
    return Vector((point.x, -point.y, point.z))


def grid(name, a, b, c, d, across, along, paint, wire=0.0032):
    """Wires over the panel a-b-c-d: `across` of them from edge a-b to edge d-c, `along` of them the other way."""
    wires = []
    for i in range(across + 1):
        t = i / across
        wires.append(tube(name, [a.lerp(b, t), d.lerp(c, t)], wire, paint, 8))
    for i in range(1, along):
        t = i / along
        wires.append(tube(name, [a.lerp(d, t), b.lerp(c, t)], wire, paint, 8))
    return wires


def castor(name, x, y, metal, rubber, hub):
    wheel = turn(lathe(name, rounded(0.062, -0.016, 0.016, 0.008), rubber, 40), 90, "X")
    core = turn(lathe(name, rounded(0.036, -0.019, 0.019, 0.004), hub, 32), 90, "X")
    pin = cylinder(name, 0.009, (0, -0.032, 0), (0, 0.032, 0), metal)
    forks = [box(name, (-0.012, s * 0.026 - 0.003, -0.015), (0.030, s * 0.026 + 0.003, 0.086), metal, 0.003) for s in (-1, 1)]
    head = box(name, (-0.014, -0.030, 0.078), (0.034, 0.030, 0.090), metal, 0.004)
    stem = cylinder(name, 0.012, (0.018, 0, 0.088), (0.018, 0, 0.125), metal)
    return shift(join(name, wheel, core, pin, forks, head, stem), x, y, 0.062)


def make():
    chrome = material("Chrome", (0.62, 0.64, 0.67), 0.9, 0.28)
    red = material("Red plastic", (0.62, 0.035, 0.03), 0.0, 0.35)
    rubber = material("Rubber", (0.045, 0.045, 0.05), 0.0, 0.7)
    hub = material("Hub", (0.35, 0.36, 0.38), 0.2, 0.4)
    rb, rf, fb, ff = RIM_BACK, RIM_FRONT, FLOOR_BACK, FLOOR_FRONT

    panels = grid("Basket", rb, rf, ff, fb, 22, 7, chrome)
    panels += grid("Basket", mirror(rb), mirror(rf), mirror(ff), mirror(fb), 22, 7, chrome)
    panels += grid("Basket", rf, mirror(rf), mirror(ff), ff, 12, 7, chrome)
    panels += grid("Basket", rb, mirror(rb), mirror(fb), fb, 13, 7, chrome)
    panels += grid("Basket", fb, ff, mirror(ff), mirror(fb), 20, 12, chrome)
    rim = tube("Basket", curve([rb, rf, mirror(rf), mirror(rb)], 1, closed=True), 0.0085, chrome, 14, closed=True)
    floor = tube("Basket", [fb, ff, mirror(ff), mirror(fb)], 0.007, chrome, 14, closed=True)
    basket = join("Basket", panels, rim, floor)

    frame = []
    for side in (1, -1):
        at = lambda x, y, z: Vector((x, side * y, z))
        frame.append(tube("Frame", curve([at(-0.585, 0.285, 1.02), at(-0.50, 0.285, 0.94), at(-0.43, 0.27, 0.80), at(-0.39, 0.25, 0.50),
                                          at(-0.36, 0.245, 0.24), at(-0.31, 0.24, 0.195), at(-0.10, 0.225, 0.19), at(0.40, 0.18, 0.18)],
                                         10), 0.013, chrome, 16))
        frame.append(tube("Frame", curve([at(0.40, 0.18, 0.18), at(0.43, 0.185, 0.22), at(0.402, 0.19, 0.455)], 8), 0.011, chrome, 14))
    frame.append(tube("Frame", [(-0.33, -0.24, 0.195), (-0.33, 0.24, 0.195)], 0.011, chrome, 14))
    frame.append(tube("Frame", [(0.40, -0.18, 0.18), (0.40, 0.18, 0.18)], 0.011, chrome, 14))
    for i in range(9):
        t = i / 8
        y = (t * 2 - 1)
        frame.append(tube("Frame", [(-0.33, y * 0.235, 0.205), (0.40, y * 0.175, 0.19)], 0.004, chrome, 8))
    frame = join("Frame", frame)

    grip = cylinder("Handle", 0.019, (-0.585, -0.255, 1.02), (-0.585, 0.255, 1.02), red, 0.006, 32)
    ends = [cylinder("Handle", 0.0225, (-0.585, s * 0.252, 1.02), (-0.585, s * 0.300, 1.02), red, 0.007, 32) for s in (-1, 1)]
    handle = join("Handle", grip, ends)

    seat = [box("Child seat", (-0.355, -0.235, 0.765), (-0.345, 0.235, 0.875), red, 0.004)]
    seat.append(box("Child seat", (-0.44, -0.235, 0.742), (-0.335, 0.235, 0.752), red, 0.004))
    seat = join("Child seat", seat)

    bumpers = [ring("Bumpers", point, 0.012, 0.009, red, "Z", 24, 10) for point in (rf, mirror(rf))]
    bumpers = join("Bumpers", bumpers)
    castors = [castor("Castor " + name, x, y, chrome, rubber, hub) for name, x, y in
               (("front left", 0.37, 0.175), ("front right", 0.37, -0.175), ("back left", -0.35, 0.238), ("back right", -0.35, -0.238))]
    return [basket, frame, handle, seat, bumpers, *castors]
