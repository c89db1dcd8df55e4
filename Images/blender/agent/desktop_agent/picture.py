"""A small picture of what the viewport shows, without what is there for working only."""

import struct
import zlib

import bpy
import gpu
import numpy

WIDTH, HEIGHT = 480, 360
MARGIN = 1.08  # around what is seen, of its size
CLOSEST = 8.0
FINER = 2  # drawn larger and made smaller: Blender does not smooth edges in pictures of this kind


def take() -> numpy.ndarray:
    """Runs while a viewport is drawn; rows from the top, four bytes a pixel, finer than the picture will be. The background stays transparent."""
    space, region = bpy.context.space_data, bpy.context.region
    projection = _projection(space.region_3d, region)
    rough = _draw(space, region, projection, WIDTH // 2, HEIGHT // 2)
    return _draw(space, region, _closer(projection, rough), WIDTH * FINER, HEIGHT * FINER)


def _draw(space, region, projection, width: int, height: int) -> numpy.ndarray:
    canvas = gpu.types.GPUOffScreen(width, height)
    try:
        canvas.draw_view3d(
            bpy.context.scene, bpy.context.view_layer, space, region, space.region_3d.view_matrix, projection,
            do_color_management=True, draw_background=False)
        with canvas.bind():
            pixels = gpu.state.active_framebuffer_get().read_color(0, 0, width, height, 4, 0, "UBYTE")
        pixels.dimensions = width * height * 4
        return numpy.frombuffer(pixels, dtype=numpy.uint8).reshape(height, width, 4)[::-1].copy()
    finally:
        canvas.free()


def _projection(view, region):
    """The viewport's own, for a picture of another shape: what was in the middle and as large as possible is so again."""
    projection = view.window_matrix.copy()
    wider = (WIDTH / HEIGHT) / (region.width / region.height)
    if wider > 1:
        projection[1][1] *= wider
    else:
        projection[0][0] /= wider
    return projection


def _closer(projection, rough: numpy.ndarray):
    """The same look at the same things from the same place, as large as the picture takes them: a viewport leaves room to work in."""
    seen = rough[..., 3] > 0
    if not seen.any():
        return projection
    (left, right), (low, high) = _extent(seen.any(axis=0)), _extent(seen.any(axis=1)[::-1])
    scale = min(CLOSEST, 2 / (MARGIN * max(right - left, high - low)))
    if scale <= 1:
        return projection
    closer = projection.copy()
    closer[0] = (projection[0] - projection[3] * (left + right) / 2) * scale
    closer[1] = (projection[1] - projection[3] * (low + high) / 2) * scale
    return closer


def _extent(seen: numpy.ndarray) -> tuple[float, float]:
    """From where to where something is seen, the whole being from -1 to 1."""
    places = numpy.flatnonzero(seen)
    return places[0] / seen.size * 2 - 1, (places[-1] + 1) / seen.size * 2 - 1


def png(pixels: numpy.ndarray) -> bytes:
    """What was taken, made smaller; away from Blender's main thread."""
    blocks = pixels.reshape(HEIGHT, FINER, WIDTH, FINER, 4).astype(numpy.uint32)
    weights = blocks[..., 3:]
    opaque = weights.sum(axis=(1, 3))
    # A pixel at an edge has the colour of what it shows, not of the nothing beside it.
    colours = (blocks[..., :3] * weights).sum(axis=(1, 3)) // numpy.maximum(opaque, 1)
    return _encode(numpy.concatenate((colours, opaque // FINER**2), axis=2).astype(numpy.uint8))


def _encode(rows: numpy.ndarray) -> bytes:
    height, width, _ = rows.shape
    # Before each row the filter that was applied to it: none.
    lines = numpy.zeros((height, 1 + width * 4), dtype=numpy.uint8)
    lines[:, 1:] = rows.reshape(height, width * 4)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
