"""A small picture of what the viewport shows, without what is there for working only."""

import struct
import zlib

import bpy
import gpu
import numpy

WIDTH, HEIGHT = 480, 360
FINER = 2  # drawn larger and made smaller: Blender does not smooth edges in pictures of this kind


def take() -> numpy.ndarray:
    """Runs while a viewport is drawn; rows from the top, four bytes a pixel, finer than the picture will be. The background stays transparent."""
    return _draw(bpy.context.space_data, bpy.context.region)


def _draw(space, region) -> numpy.ndarray:
    width, height = WIDTH * FINER, HEIGHT * FINER
    canvas = gpu.types.GPUOffScreen(width, height)
    try:
        canvas.draw_view3d(
            bpy.context.scene, bpy.context.view_layer, space, region,
            space.region_3d.view_matrix, _projection(space.region_3d, region),
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
