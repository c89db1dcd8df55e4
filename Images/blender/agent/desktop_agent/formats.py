"""The mesh formats, each with the operator that reads it."""

import os
import re

import bpy

from .viewport import in_viewport


class Unknown(Exception):
    """No importer for this kind of file."""


class Unreadable(Exception):
    """The file is not what its name says, or it is broken."""


IMPORTERS = {
    ".stl": lambda path: bpy.ops.wm.stl_import(filepath=path),
    ".obj": lambda path: bpy.ops.wm.obj_import(filepath=path),
    ".ply": lambda path: bpy.ops.wm.ply_import(filepath=path),
    ".glb": lambda path: bpy.ops.import_scene.gltf(filepath=path),
    ".gltf": lambda path: bpy.ops.import_scene.gltf(filepath=path),
    ".fbx": lambda path: bpy.ops.import_scene.fbx(filepath=path),
}
BLEND = ".blend"
KNOWN = (BLEND, *IMPORTERS)
BLEND_BEGINNINGS = (b"BLENDER", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


def kind_of(name: str) -> str:
    kind = os.path.splitext(name)[1].lower()
    if kind not in KNOWN:
        raise Unknown(f"'{kind or name}' is not a format this desktop opens; it opens {', '.join(KNOWN)}")
    return kind


def safe_name(name: str) -> str:
    """A file name that says what the user's said, and is none of its paths."""
    stem, kind = os.path.splitext(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = re.sub(r"[^\w .()+-]", "_", stem).strip(" .")[:60]
    return (stem or "mesh") + kind.lower()


def read(path: str) -> None:
    """Reads the file into the empty scene, or in place of it."""
    try:
        if path.endswith(BLEND):
            _read_blend(path)
        else:
            with in_viewport():
                IMPORTERS[os.path.splitext(path)[1]](path)
    except Unreadable:
        raise
    except Exception as problem:  # importers raise whatever their parsers do
        raise Unreadable(_words(problem, path)) from problem
    if path.endswith(BLEND):
        return  # an empty scene is what somebody saved
    if not bpy.context.scene.objects:
        raise Unreadable("there is no object in the file, or the file is broken")
    if not _has_shape(point_clouds=path.endswith(".ply")):
        raise Unreadable("there is no surface in the file, or the file is broken")


def _has_shape(point_clouds: bool) -> bool:
    """Importers forgive: noise read as STL becomes an object without a single face."""
    return any(
        o.type != "EMPTY" and (o.type != "MESH" or o.data.polygons or (point_clouds and o.data.vertices))
        for o in bpy.context.scene.objects
    )


def _read_blend(path: str) -> None:
    with open(path, "rb") as file:
        if not file.read(8).startswith(BLEND_BEGINNINGS):
            raise Unreadable("this is not a .blend file")
    with in_viewport():
        bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=False, display_file_selector=False)


def _words(problem: Exception, path: str) -> str:
    text = str(problem).replace(path, os.path.basename(path)).strip() or type(problem).__name__
    return text.removeprefix("Error: ").splitlines()[0][:300]
