"""A bit of everything that meshes bring: what has been drawn once is drawn at once when somebody waits for it."""

import bpy
import bmesh

from . import viewport

COLOURS = ("MATERIAL", "VERTEX", "TEXTURE")


def set_up() -> None:
    """Fills the empty scene: smooth and flat, colours, a texture."""
    for number in range(3):
        mesh = bpy.data.meshes.new("thing")
        shape = bmesh.new()
        bmesh.ops.create_uvsphere(shape, u_segments=24, v_segments=12, radius=1, calc_uvs=True)
        shape.to_mesh(mesh)
        shape.free()
        mesh.shade_smooth() if number else mesh.shade_flat()
        mesh.uv_layers or mesh.uv_layers.new()
        if number == 1:
            mesh.color_attributes.new("Col", "BYTE_COLOR", "CORNER")
        material = bpy.data.materials.new("material")
        material.use_nodes = True
        if number == 2:
            nodes = material.node_tree
            picture = nodes.nodes.new("ShaderNodeTexImage")
            picture.image = bpy.data.images.new("picture", 64, 64)
            nodes.links.new(picture.outputs["Color"], nodes.nodes["Principled BSDF"].inputs["Base Color"])
        mesh.materials.append(material)
        thing = bpy.data.objects.new("thing", mesh)
        thing.location.x = 3 * number
        bpy.context.scene.collection.objects.link(thing)


def draw() -> None:
    """Draws every colouring that a mesh can be opened with, one after the other, before this returns."""
    for window, area, region in viewport.areas():
        for colour in COLOURS:
            area.spaces.active.shading.color_type = colour
            with bpy.context.temp_override(window=window, area=area, region=region):
                bpy.ops.wm.redraw_timer(type="DRAW_WIN_SWAP", iterations=1)
