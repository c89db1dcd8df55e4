"""Draws small pictures for textures: boxes and words, with Blender's own font and nothing else."""

import os
import tempfile

import bpy


def draw(name, size, background, parts):
    """Parts are ("box", left, bottom, right, top, colour) and ("text", x, y, height, words, colour, widest)."""
    scene = bpy.data.scenes.new("label")
    width, height = size
    scene.render.engine = "CYCLES"  # the one that needs no display
    scene.cycles.samples = 32
    scene.cycles.use_denoising = False
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.view_settings.view_transform = "Standard"
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.type = "ORTHO"
    camera.data.ortho_scale = max(size)
    camera.location = (width / 2, height / 2, 100)
    camera.data.clip_end = 1000
    scene.collection.objects.link(camera)
    scene.camera = camera
    for depth, part in enumerate([("box", -10, -10, width + 10, height + 10, background), *parts]):
        thing = _box(*part[1:5]) if part[0] == "box" else _text(*part[1:5])
        thing.data.materials.append(_ink(part[5]))
        thing.location.z = depth * 0.1
        scene.collection.objects.link(thing)
        if part[0] == "text":
            with bpy.context.temp_override(scene=scene, view_layer=scene.view_layers[0]):
                scene.view_layers[0].update()
            if thing.dimensions.x > part[6]:
                thing.scale = (part[6] / thing.dimensions.x,) * 3
    path = os.path.join(tempfile.mkdtemp(), name + ".png")
    scene.render.filepath = path
    bpy.ops.render.render(write_still=True, scene=scene.name)
    image = bpy.data.images.load(path)
    image.name = name
    image.pack()
    for thing in list(scene.collection.objects):
        bpy.data.objects.remove(thing)
    bpy.data.scenes.remove(scene)
    return image


def _ink(colour):
    paint = bpy.data.materials.new("ink")
    paint.use_nodes = True
    nodes = paint.node_tree
    nodes.nodes.clear()
    light, output = nodes.nodes.new("ShaderNodeEmission"), nodes.nodes.new("ShaderNodeOutputMaterial")
    light.inputs["Color"].default_value = (*colour, 1)
    nodes.links.new(light.outputs[0], output.inputs["Surface"])
    return paint


def _box(left, bottom, right, top):
    mesh = bpy.data.meshes.new("box")
    mesh.from_pydata([(left, bottom, 0), (right, bottom, 0), (right, top, 0), (left, top, 0)], [], [(0, 1, 2, 3)])
    return bpy.data.objects.new("box", mesh)


def _text(x, y, size, words):
    text = bpy.data.curves.new("text", "FONT")
    text.body = words
    text.size = size
    text.align_x, text.align_y = "CENTER", "CENTER"
    text.offset = size * 0.012
    thing = bpy.data.objects.new("text", text)
    thing.location = (x, y, 0)
    return thing
