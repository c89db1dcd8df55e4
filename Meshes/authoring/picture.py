"""Takes a mesh's portrait: three-quarter view, soft light, a transparent ground that keeps the shadow."""

import math
import os

import bpy
from mathutils import Matrix, Vector

WIDTH, HEIGHT = 640, 480
SAMPLES = int(os.environ.get("SAMPLES", "160"))


def take(path, azimuth=30.0, elevation=15.0, tint=(0.55, 0.56, 0.58), roughness=0.4):
    scene = bpy.context.scene
    meshes = [o for o in scene.objects if o.type == "MESH"]
    for thing in meshes:
        _paint(thing, tint, roughness)
    corners = [o.matrix_world @ v.co for o in meshes for v in o.data.vertices]
    low, high = Vector(map(min, zip(*corners))), Vector(map(max, zip(*corners)))
    centre, size = (low + high) / 2, (high - low).length
    _ground(scene, centre, low.z, size)
    _camera(scene, corners, centre, size, azimuth, elevation)
    _light(scene, centre, size, azimuth)
    render = scene.render
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = WIDTH, HEIGHT, 100
    render.film_transparent = True
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGBA"
    render.image_settings.compression = 100
    render.filepath = path
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    scene.cycles.device = "CPU"
    scene.cycles.samples = SAMPLES
    scene.cycles.seed = 1
    scene.cycles.sample_clamp_indirect = 4
    scene.cycles.use_denoising = False
    bpy.ops.render.render(write_still=True)


def _paint(thing, tint, roughness):
    """What carries no material gets one: its vertex colours, or the portrait's tint."""
    mesh = thing.data
    if mesh.materials:
        return
    paint = bpy.data.materials.new("portrait")
    paint.use_nodes = True
    nodes = paint.node_tree
    shader = nodes.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = (*tint, 1)
    shader.inputs["Roughness"].default_value = roughness
    if mesh.color_attributes:
        colour = nodes.nodes.new("ShaderNodeVertexColor")
        colour.layer_name = mesh.color_attributes[0].name
        nodes.links.new(colour.outputs["Color"], shader.inputs["Base Color"])
    else:
        mesh.shade_smooth()
        mesh.set_sharp_from_angle(angle=math.radians(40))
    mesh.materials.append(paint)


def _ground(scene, centre, floor, size):
    mesh = bpy.data.meshes.new("ground")
    mesh.from_pydata([(x * size * 20, y * size * 20, 0) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))], [], [(0, 1, 2, 3)])
    ground = bpy.data.objects.new("ground", mesh)
    ground.location = (centre.x, centre.y, floor - size * 0.0005)
    ground.is_shadow_catcher = True
    scene.collection.objects.link(ground)


def _camera(scene, corners, centre, size, azimuth, elevation):
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.lens = 85
    camera.data.clip_end = size * 100
    camera.data.clip_start = size * 0.01
    a, e = math.radians(azimuth - 90), math.radians(elevation)
    away = Vector((math.cos(a) * math.cos(e), math.sin(a) * math.cos(e), math.sin(e)))
    camera.rotation_euler = away.to_track_quat("Z", "Y").to_euler()
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
    bpy.context.view_layer.update()
    points = [x for corner in corners[::max(1, len(corners) // 4000)] for x in corner]
    place, _ = camera.camera_fit_coords(bpy.context.evaluated_depsgraph_get(), points)
    camera.location = Vector(place) + away * size * 0.16  # a margin all round


def _light(scene, centre, size, azimuth):
    world = bpy.data.worlds.new("studio")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.80, 0.86, 0.95, 1)
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.30
    scene.world = world
    for name, angle, height, power, width, colour in (("key", azimuth - 42, 1.15, 19, 1.1, (1, 0.96, 0.90)), ("fill", azimuth + 58, 0.55, 7, 1.6, (0.88, 0.94, 1)),
                                                      ("rim", azimuth + 165, 1.05, 18, 0.9, (1, 1, 1))):
        light = bpy.data.lights.new(name, "AREA")
        light.energy = power * size * size
        light.size = width * size
        light.color = colour
        lamp = bpy.data.objects.new(name, light)
        a = math.radians(angle - 90)
        lamp.location = centre + Vector((math.cos(a) * 1.5, math.sin(a) * 1.5, height)) * size
        lamp.rotation_euler = (lamp.location - centre).to_track_quat("Z", "Y").to_euler()
        scene.collection.objects.link(lamp)
