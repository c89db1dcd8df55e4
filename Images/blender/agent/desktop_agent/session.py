"""What the user is working on: one file, opened, changed, saved."""

import os
import time

import bpy
from bpy.app.handlers import persistent

from . import formats, recovery, viewport

HOME = os.path.expanduser("~")
JOBS = ("RENDER", "OBJECT_BAKE", "COMPOSITE")


class Session:
    """Everything here runs on Blender's main thread, save for reading the plain attributes."""

    def __init__(self, watcher: viewport.Watcher) -> None:
        self.watcher = watcher
        self.mesh: str | None = None
        self.rehearsed = False
        self.safe_at = 0.0
        self._resumed_at: float | None = None
        self._saved_elsewhere = False
        self._saving = False
        self.on_saved = persistent(lambda *_: self._note_save())
        self.on_loaded = persistent(lambda *_: self._note_load())

    def open(self, path: str, name: str) -> None:
        """Shows the file and nothing else. When it cannot be read the scene is empty, never half of it."""
        recovery.forget()
        self.mesh = None
        self._show(path)
        # Under a name in the home folder, Ctrl+S works without asking for one.
        stem = os.path.splitext(formats.safe_name(name))[0]
        self._write(os.path.join(HOME, stem + formats.BLEND))
        self.safe_at = time.time()
        self.mesh = name
        recovery.remember(name)
        self.watcher.expect()
        viewport.redraw()

    def rehearse(self, path: str) -> None:
        """Opens a file while nobody watches yet: what has been done once is done at once when somebody waits for it."""
        if self.mesh is not None:
            raise RuntimeError("somebody works here: there is nothing to rehearse for any more")
        self._show(path)
        self.watcher.expect()
        viewport.redraw()

    def end_rehearsal(self) -> None:
        self._clear()
        self.rehearsed = True
        self.watcher.expect()
        viewport.redraw()

    def show_bare(self, bare: bool) -> None:
        """Without grid, outlines and the like, or with them again."""
        for _, area, _ in viewport.areas():
            area.spaces.active.overlay.show_overlays = not bare
        viewport.redraw()

    def save(self) -> str:
        """Writes everything into one self-contained .blend, and says where it lies."""
        for image in bpy.data.images:
            if image.is_dirty and image.has_data and image.source in {"FILE", "GENERATED"}:
                image.pack()
        try:
            bpy.ops.file.pack_all()
        except RuntimeError:
            pass  # a texture that was missing before is still missing; the rest is packed
        path = bpy.data.filepath or os.path.join(HOME, "untitled.blend")
        self._write(path)
        self._saved_elsewhere = False
        self.safe_at = time.time()
        return path

    def resume(self, name: str) -> None:
        """Goes on with work that Blender brought back, of which nobody knows how much was safe."""
        self.mesh = name
        self._resumed_at = time.monotonic()
        self._saved_elsewhere = True
        self.watcher.expect()
        viewport.redraw()

    def describe(self) -> dict:
        objects = {o.name: o for scene in bpy.data.scenes for o in scene.objects}
        meshes = [o.data for o in objects.values() if o.type == "MESH"]
        return {
            "ready": self.watcher.first_drawn.is_set(),
            "mesh": self.mesh,
            "meshDrawn": self.mesh is not None and self.watcher.drawn,
            "objects": sorted(objects),
            "triangles": sum(len(m.loops) - 2 * len(m.polygons) for m in meshes),
            "rehearsed": self.rehearsed,
            "resumed": None if self._resumed_at is None else time.monotonic() - self._resumed_at,
            "unsaved": bpy.data.is_dirty or self._saved_elsewhere,
            "rendering": any(bpy.app.is_job_running(job) for job in JOBS),
            "blender": bpy.app.version_string,
        }

    def measure(self) -> dict:
        """The scene in numbers: each object, and the box around every vertex in the world."""
        layer = bpy.context.view_layer
        layer.update()
        things = sorted(bpy.context.scene.objects, key=lambda o: o.name)
        box = viewport.exact_bounds(o for o in things if o.type == "MESH")
        return {
            "objects": [{
                "name": o.name,
                "type": o.type,
                "parent": o.parent.name if o.parent else None,
                "triangles": len(o.data.loops) - 2 * len(o.data.polygons) if o.type == "MESH" else 0,
            } for o in things],
            "bounds": {"min": box[0], "max": box[1]} if box else None,
        }

    def _show(self, path: str) -> None:
        try:
            if bpy.data.filepath or bpy.context.scene.objects:
                self._clear()
            formats.read(path)
        except Exception:
            self._clear()
            raise
        self._present()

    def _clear(self) -> None:
        with viewport.in_viewport():
            bpy.ops.wm.read_homefile(app_template="", use_splash=False)

    def _present(self) -> None:
        layer = bpy.context.view_layer
        layer.update()
        shown = [o for o in layer.objects if o.visible_get()]
        meshes = [o for o in shown if o.type == "MESH"] or shown
        for o in layer.objects:
            o.select_set(o in meshes)
        if layer.objects.active not in meshes or layer.objects.active.parent in meshes:
            layer.objects.active = min(meshes, key=lambda o: o.parent in meshes, default=None)
        viewport.frame(meshes)
        self._begin_undo_here()

    def _begin_undo_here(self) -> None:
        """Without this the user's first Ctrl+Z would take the mesh away."""
        edit = bpy.context.preferences.edit
        steps, edit.undo_steps = edit.undo_steps, 2
        with viewport.in_viewport():
            bpy.ops.ed.undo_push(message="Open")
            bpy.ops.ed.undo_push(message="Open")
        edit.undo_steps = steps

    def _write(self, path: str) -> None:
        self._saving = True
        try:
            with viewport.in_viewport():
                bpy.ops.wm.save_as_mainfile(filepath=path, compress=True, check_existing=False)
        finally:
            self._saving = False

    def _note_save(self) -> None:
        # The user's own Ctrl+S ends in the desktop's memory: that is not yet safe.
        if not self._saving:
            self._saved_elsewhere = True

    def _note_load(self) -> None:
        self._saved_elsewhere = False
