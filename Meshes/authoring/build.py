"""Makes every sample mesh, reads it back as a desktop would, and takes its picture.

blender -b --factory-startup --python build.py -- <output folder> [<id> ...]
"""

import importlib
import json
import os
import sys

import bpy
from mathutils import Vector

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE]
import picture  # noqa: E402

MODULES = ["shopping_cart", "fire_extinguisher", "watering_can", "guitar", "toy_train", "chess_knight", "rocket", "desk_lamp", "lighthouse", "teapot"]

EXPORT = {
    "blend": lambda path: bpy.ops.wm.save_as_mainfile(filepath=path, compress=True),
    "stl": lambda path: bpy.ops.wm.stl_export(filepath=path),
    "obj": lambda path: bpy.ops.wm.obj_export(filepath=path, export_materials=False, export_colors=True, export_uv=False),
    "ply": lambda path: bpy.ops.wm.ply_export(filepath=path, export_colors="SRGB", export_uv=False, export_normals=True),
    "glb": lambda path: bpy.ops.export_scene.gltf(filepath=path, export_format="GLB", export_image_format="JPEG", export_jpeg_quality=90),
    "fbx": lambda path: bpy.ops.export_scene.fbx(filepath=path, add_leaf_bones=False, bake_anim=False, mesh_smooth_type="OFF"),
}
IMPORT = {
    "blend": lambda path: bpy.ops.wm.open_mainfile(filepath=path, load_ui=False, use_scripts=False),
    "stl": lambda path: bpy.ops.wm.stl_import(filepath=path),
    "obj": lambda path: bpy.ops.wm.obj_import(filepath=path),
    "ply": lambda path: bpy.ops.wm.ply_import(filepath=path),
    "glb": lambda path: bpy.ops.import_scene.gltf(filepath=path),
    "fbx": lambda path: bpy.ops.import_scene.fbx(filepath=path),
}
KEEPS_OBJECTS = {"blend", "glb", "fbx", "obj"}
TOLERANCE = 0.002


def empty():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.preferences.filepaths.save_version = 0
    bpy.context.preferences.filepaths.file_preview_type = "NONE"


def measure():
    """What is in the scene: names, triangles, and the box around every vertex."""
    bpy.context.view_layer.update()
    things = sorted(bpy.context.scene.objects, key=lambda o: o.name)
    meshes = [o for o in things if o.type == "MESH"]
    corners = [o.matrix_world @ v.co for o in meshes for v in o.data.vertices]
    low, high = Vector(map(min, zip(*corners))), Vector(map(max, zip(*corners)))
    return {
        "triangles": sum(len(m.data.loops) - 2 * len(m.data.polygons) for m in meshes),
        "objects": [o.name for o in things],
        "bounds": {"min": [round(x, 4) + 0.0 for x in low], "max": [round(x, 4) + 0.0 for x in high]},
    }


def check(made, read, kind):
    size = max(b - a for a, b in zip(made["bounds"]["min"], made["bounds"]["max"]))
    for side in ("min", "max"):
        apart = max(abs(a - b) for a, b in zip(made["bounds"][side], read["bounds"][side]))
        assert apart <= TOLERANCE * size + 0.0001, f"the box moved by {apart}: {made['bounds']} became {read['bounds']}"
    assert made["triangles"] == read["triangles"], f"{made['triangles']} triangles became {read['triangles']}"
    assert 2_000 <= read["triangles"] <= 200_000, f"{read['triangles']} triangles"
    assert kind not in KEEPS_OBJECTS or made["objects"] == read["objects"], f"{made['objects']} became {read['objects']}"


def build(module, folder):
    path = os.path.join(folder, f"{module.ID}.{module.FORMAT}")
    empty()
    module.make()
    made = measure()
    EXPORT[module.FORMAT](path)
    empty()
    IMPORT[module.FORMAT](path)
    read = measure()
    check(made, read, module.FORMAT)
    picture.take(os.path.join(folder, f"{module.ID}.png"), **module.VIEW)
    entry = {"id": module.ID, "name": module.NAME, "format": module.FORMAT, "file": os.path.basename(path), "bytes": os.path.getsize(path), **read}
    print(f"made {entry['file']}: {entry['bytes']:,} bytes, {entry['triangles']:,} triangles, {len(entry['objects'])} objects", flush=True)
    return entry


def main():
    folder, *wanted = sys.argv[sys.argv.index("--") + 1:]
    catalogue = os.path.join(folder, "catalogue.json")
    entries = {}
    if wanted and os.path.exists(catalogue):
        with open(catalogue, encoding="utf-8") as file:
            entries = {entry["id"]: entry for entry in json.load(file)}
    modules = [importlib.import_module(name) for name in MODULES]
    for module in modules:
        if not wanted or module.ID in wanted:
            entries[module.ID] = build(module, folder)
    with open(catalogue, "w", encoding="utf-8") as file:
        json.dump([entries[m.ID] for m in modules if m.ID in entries], file, indent=2, ensure_ascii=False)
        file.write("\n")


try:
    main()
except Exception:
    import traceback
    traceback.print_exc()
    os._exit(1)  # Blender itself would end with 0
