"""What the 3D viewport shows, and whether it has really been drawn."""

import contextlib
import math
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue

import bpy
import numpy
from mathutils import Euler, Vector

# From the front, a little to the right, a little above.
THREE_QUARTERS = Euler((math.radians(70), 0, math.radians(32))).to_quaternion()


class Watcher:
    """Counts drawn viewports: a timer that fires proves nothing, a draw handler does."""

    def __init__(self) -> None:
        self._drawn = threading.Event()
        self._jobs: SimpleQueue[tuple[Callable, Future]] = SimpleQueue()
        self.first_drawn = threading.Event()
        bpy.types.SpaceView3D.draw_handler_add(self._on_drawn, (), "WINDOW", "POST_PIXEL")

    @property
    def drawn(self) -> bool:
        return self._drawn.is_set()

    def expect(self) -> None:
        self._drawn.clear()

    def wait(self, timeout: float) -> bool:
        return self._drawn.wait(timeout)

    def in_next_draw(self, job: Callable) -> Future:
        """Runs the job while a viewport is being drawn: what draws needs what Blender sets up for that."""
        future: Future = Future()
        self._jobs.put((job, future))
        return future

    def _on_drawn(self) -> None:
        with contextlib.suppress(Empty):
            job, future = self._jobs.get_nowait()
            try:
                future.set_result(job())
            except BaseException as problem:  # the caller waits: it must hear of everything
                future.set_exception(problem)
        self.first_drawn.set()
        self._drawn.set()


def areas():
    """Every 3D viewport on the screen, with what an operator needs to run in it."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                region = next(region for region in area.regions if region.type == "WINDOW")
                yield window, area, region


def in_viewport():
    """The context that importers and view operators need, which a timer does not have."""
    for window, area, region in areas():
        return bpy.context.temp_override(window=window, area=area, region=region)
    window = bpy.context.window_manager.windows[0]
    return bpy.context.temp_override(window=window)


def bounds(objects) -> tuple[Vector, Vector] | None:
    """The objects' bounding box in the world, or nothing when they have no extent."""
    corners = [o.matrix_world @ Vector(corner) for o in objects for corner in o.bound_box]
    corners = [c for c in corners if all(map(math.isfinite, c))]
    if not corners:
        return None
    return (Vector(map(min, zip(*corners))), Vector(map(max, zip(*corners))))


def exact_bounds(meshes) -> tuple[list[float], list[float]] | None:
    """Around every vertex: a turned object's own box, turned with it, would be too wide."""
    lows, highs = [], []
    for thing in meshes:
        points = numpy.empty(len(thing.data.vertices) * 3, dtype=numpy.float32)
        thing.data.vertices.foreach_get("co", points)
        if points.size:
            matrix = numpy.array(thing.matrix_world)
            placed = points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
            lows.append(placed.min(axis=0))
            highs.append(placed.max(axis=0))
    if not lows:
        return None
    return numpy.min(lows, axis=0).tolist(), numpy.max(highs, axis=0).tolist()


def frame(objects) -> None:
    """Looks at everything, near or far, whatever unit the file was made in."""
    box = bounds(objects)
    reach = max(box[0].length, box[1].length, (box[1] - box[0]).length) if box else 0
    colour = _colour(objects)
    for window, area, region in areas():
        space = area.spaces.active
        space.clip_end = max(1000.0, reach * 20)
        space.clip_start = min(0.01, reach / 100) if reach else 0.01
        space.shading.color_type = colour
        space.region_3d.view_perspective = "PERSP"
        space.region_3d.view_rotation = THREE_QUARTERS
        with bpy.context.temp_override(window=window, area=area, region=region):
            bpy.ops.view3d.view_all(use_all_regions=False)
        area.tag_redraw()


def redraw() -> None:
    for _, area, _ in areas():
        area.tag_redraw()


def _colour(objects) -> str:
    """Solid shading shows one source of colour: the richest that the meshes bring."""
    meshes = [o.data for o in objects if o.type == "MESH"]
    materials = [m for mesh in meshes for m in mesh.materials if m and m.use_nodes]
    if any(node.type == "TEX_IMAGE" and node.image for m in materials for node in m.node_tree.nodes):
        return "TEXTURE"
    if not materials and any(mesh.color_attributes for mesh in meshes):
        return "VERTEX"
    return "MATERIAL"
