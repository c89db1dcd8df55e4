"""Runs once, while the image is built, in a real Blender under a real X server.

Leaves in the home folder what every desktop begins with: preferences, an empty start file, and Mesa's compiled shaders,
which cost the first desktop that draws them some seven seconds. Leaves beside it a small file of every format, which a
desktop of the pool opens before anybody comes.
"""

import os
import traceback

import bmesh
import bpy

SHADERS_OF = ["WIREFRAME", "SOLID", "MATERIAL"]
EXAMPLES = "/opt/desktop/rehearsal"
COLOURS = ["MATERIAL", "VERTEX", "TEXTURE", "OBJECT", "RANDOM", "SINGLE"]


def preferences() -> None:
    preferences = bpy.context.preferences
    preferences.view.show_splash = False
    preferences.view.smooth_view = 0  # every step of an animated view would travel through the line
    preferences.view.render_display_type = "SCREEN"
    preferences.view.filebrowser_display_type = "SCREEN"
    preferences.view.use_save_prompt = True
    preferences.view.show_developer_ui = False
    preferences.filepaths.use_scripts_auto_execute = False
    preferences.filepaths.use_file_compression = True
    preferences.filepaths.save_version = 0
    preferences.filepaths.file_preview_type = "NONE"
    preferences.filepaths.use_auto_save_temporary_files = True
    preferences.filepaths.auto_save_time = 1
    preferences.filepaths.temporary_directory = "/tmp/desktop/"
    preferences.system.viewport_aa = "FXAA"
    preferences.use_preferences_save = False
    bpy.ops.wm.save_userpref()


def start_file() -> None:
    for objects in (bpy.data.objects, bpy.data.meshes, bpy.data.lights, bpy.data.cameras, bpy.data.materials):
        bpy.data.batch_remove(list(objects))
    bpy.ops.outliner.orphans_purge(do_recursive=True)
    bpy.ops.wm.save_homefile()


def draw() -> None:
    bpy.ops.wm.redraw_timer(type="DRAW_WIN_SWAP", iterations=1)


def things() -> None:
    """A bit of everything that meshes bring: smooth and flat, colours, a texture, an empty parent."""
    parent = bpy.data.objects.new("parent", None)
    bpy.context.scene.collection.objects.link(parent)
    for number in range(3):
        mesh = bpy.data.meshes.new("thing")
        shape = bmesh.new()
        bmesh.ops.create_uvsphere(shape, u_segments=24, v_segments=12, radius=1, calc_uvs=number == 2)
        shape.to_mesh(mesh)
        mesh.shade_smooth() if number else mesh.shade_flat()
        if number == 1:
            mesh.color_attributes.new("Col", "BYTE_COLOR", "CORNER")
        thing = bpy.data.objects.new("thing", mesh)
        thing.parent = parent
        thing.location.x = 3 * number
        bpy.context.scene.collection.objects.link(thing)
        material = bpy.data.materials.new("material")
        material.use_nodes = True
        if number == 2:
            mesh.uv_layers or mesh.uv_layers.new()
            nodes = material.node_tree
            picture = nodes.nodes.new("ShaderNodeTexImage")
            picture.image = bpy.data.images.new("picture", 64, 64)
            picture.image.pack()
            nodes.links.new(picture.outputs["Color"], nodes.nodes["Principled BSDF"].inputs["Base Color"])
        mesh.materials.append(material)
        bpy.context.view_layer.objects.active = thing
        thing.select_set(True)


def shaders() -> None:
    draw()
    things()
    area = next(a for a in bpy.context.window.screen.areas if a.type == "VIEW_3D")
    space = area.spaces.active
    region = next(r for r in area.regions if r.type == "WINDOW")
    with bpy.context.temp_override(area=area, region=region):
        bpy.ops.view3d.view_all()
        for shading in SHADERS_OF:
            space.shading.type = shading
            for colour in COLOURS if shading == "SOLID" else [None]:
                if colour:
                    space.shading.color_type = colour
                draw()
            draw()
        space.shading.type = "SOLID"
        for setting in ("show_xray", "show_cavity", "show_shadows", "show_object_outline"):
            setattr(space.shading, setting, not getattr(space.shading, setting))
            draw()
            setattr(space.shading, setting, not getattr(space.shading, setting))
        for mode in ("EDIT", "SCULPT", "VERTEX_PAINT", "WEIGHT_PAINT", "TEXTURE_PAINT", "OBJECT"):
            bpy.ops.object.mode_set(mode=mode)
            draw()
        for tool in ("builtin.move", "builtin.rotate", "builtin.scale", "builtin.transform", "builtin.select_box"):
            bpy.ops.wm.tool_set_by_id(name=tool)
            draw()
    for workspace in ("UV Editing", "Shading", "Layout"):
        bpy.context.window.workspace = bpy.data.workspaces[workspace]
        draw()


def examples() -> None:
    """With materials, colours of vertices and a texture: between them they are drawn in every way that a mesh is opened in."""
    path = os.path.join(EXAMPLES, "example")
    bpy.ops.wm.stl_export(filepath=path + ".stl")
    bpy.ops.wm.obj_export(filepath=path + ".obj")
    bpy.ops.export_scene.gltf(filepath=path + ".glb")
    bpy.ops.export_scene.fbx(filepath=path + ".fbx", path_mode="COPY", embed_textures=True)
    for thing in bpy.context.scene.objects:
        thing.select_set(thing.type == "MESH" and len(thing.data.color_attributes) > 0)
    bpy.ops.wm.ply_export(filepath=path + ".ply", export_selected_objects=True, export_colors="SRGB")


def bake() -> None:
    try:
        with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
            preferences()
            start_file()
            shaders()
            examples()
        print("baked", flush=True)
    except Exception:
        traceback.print_exc()
    bpy.ops.wm.quit_blender()


bpy.app.timers.register(bake, first_interval=0.5)
