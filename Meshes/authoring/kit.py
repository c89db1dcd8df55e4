"""Shapes that the sample meshes are made of. Metres, Z up, a mesh's front towards -Y."""

import math

import bmesh
import bpy
from mathutils import Matrix, Vector

TAU = math.tau


def material(name, colour, metallic=0.0, roughness=0.5):
    made = bpy.data.materials.get(name) or bpy.data.materials.new(name)
    made.use_nodes = True
    shader = made.node_tree.nodes["Principled BSDF"]
    colour = (*colour, 1.0) if len(colour) == 3 else colour
    shader.inputs["Base Color"].default_value = colour
    shader.inputs["Metallic"].default_value = metallic
    shader.inputs["Roughness"].default_value = roughness
    made.diffuse_color = colour
    made.metallic = metallic
    made.roughness = roughness
    return made


def textured(name, image, roughness=0.5, metallic=0.0):
    made = material(name, (1, 1, 1), metallic, roughness)
    tree = made.node_tree
    picture = tree.nodes.new("ShaderNodeTexImage")
    picture.image = image
    tree.links.new(picture.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
    return made


def finish(name, shape, paint=None, sharp=35.0):
    """A bmesh becomes an object, smooth save where its faces meet at more than that angle."""
    bmesh.ops.recalc_face_normals(shape, faces=shape.faces)
    mesh = bpy.data.meshes.new(name)
    shape.to_mesh(mesh)
    shape.free()
    mesh.shade_smooth()
    mesh.set_sharp_from_angle(angle=math.radians(sharp))
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(thing)
    if paint:
        mesh.materials.append(paint)
    return thing


def lathe(name, profile, paint=None, segments=64, sharp=35.0, unwrap=False):
    """Turns (radius, height) points about Z. A radius of 0 closes the end."""
    shape = bmesh.new()
    rings = []
    for radius, height in profile:
        if radius < 1e-6:
            rings.append([shape.verts.new((0, 0, height))])
        else:
            rings.append([shape.verts.new((radius * math.cos(TAU * i / segments), radius * math.sin(TAU * i / segments), height))
                          for i in range(segments)])
    lengths = [0.0]
    for before, after in zip(profile, profile[1:]):
        lengths.append(lengths[-1] + math.dist(before, after))
    layer = shape.loops.layers.uv.new("UVMap") if unwrap else None
    for row, (low, high) in enumerate(zip(rings, rings[1:])):
        for i in range(segments):
            j = (i + 1) % segments
            corners = [(low[i % len(low)], i, 0), (low[j % len(low)], i + 1, 0),
                       (high[j % len(high)], i + 1, 1), (high[i % len(high)], i, 1)]
            corners = [c for n, c in enumerate(corners) if c[0] not in [d[0] for d in corners[:n]]]
            if len(corners) < 3:
                continue
            face = shape.faces.new([c[0] for c in corners])
            if layer:
                for loop, (_, u, v) in zip(face.loops, corners):
                    loop[layer].uv = (u / segments, lengths[row + v] / lengths[-1])
    return finish(name, shape, paint, sharp)


def rounded(radius, low, high, bevel, steps=4):
    """The profile of a closed cylinder with rounded edges."""
    turn = [math.pi / 2 * i / steps for i in range(steps + 1)]
    bottom = [(radius - bevel + bevel * math.sin(a), low + bevel - bevel * math.cos(a)) for a in turn]
    top = [(radius - bevel + bevel * math.cos(a), high - bevel + bevel * math.sin(a)) for a in turn]
    return [(0, low), *bottom, *top, (0, high)]


def cylinder(name, radius, start, end, paint=None, bevel=None, segments=32):
    """A cylinder from one point to another."""
    start, end = Vector(start), Vector(end)
    length = (end - start).length
    bevel = min(radius, length) * 0.15 if bevel is None else bevel
    made = lathe(name, rounded(radius, 0, length, bevel, 3), paint, segments)
    place(made, Matrix.Translation(start) @ (end - start).to_track_quat("Z", "Y").to_matrix().to_4x4())
    return made


def curve(points, steps=8, closed=False):
    """A smooth path through the points (Catmull-Rom)."""
    points = [Vector(p) for p in points]
    count = len(points)
    at = (lambda i: points[i % count]) if closed else (lambda i: points[max(0, min(count - 1, i))])
    path = []
    for i in range(count if closed else count - 1):
        a, b, c, d = at(i - 1), at(i), at(i + 1), at(i + 2)
        for step in range(steps):
            t = step / steps
            path.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3))
    if not closed:
        path.append(points[-1])
    return path


def tube(name, path, radius, paint=None, sides=10, closed=False, sharp=50.0, flat=1.0):
    """A pipe along the path; the radius may change from point to point."""
    path = [Vector(p) for p in path]
    count = len(path)
    radii = list(radius) if hasattr(radius, "__len__") else [radius] * count
    tangents = []
    for i in range(count):
        before = path[i - 1] if closed or i else path[i]
        after = path[(i + 1) % count] if closed or i < count - 1 else path[i]
        tangents.append((after - before).normalized())
    normal = tangents[0].orthogonal().normalized()
    if abs(tangents[0].z) < 0.99:
        normal = tangents[0].cross(Vector((0, 0, 1))).normalized()
    shape = bmesh.new()
    rings = []
    for i in range(count):
        if i:
            normal = tangents[i - 1].rotation_difference(tangents[i]) @ normal
        side = tangents[i].cross(normal)
        rings.append([shape.verts.new(path[i] + (normal * math.cos(TAU * k / sides) + side * math.sin(TAU * k / sides) * flat) * radii[i])
                      for k in range(sides)])
    for i in range(count if closed else count - 1):
        low, high = rings[i], rings[(i + 1) % count]
        for k in range(sides):
            shape.faces.new((low[k], low[(k + 1) % sides], high[(k + 1) % sides], high[k]))
    if not closed:
        shape.faces.new(rings[0][::-1])
        shape.faces.new(rings[-1])
    return finish(name, shape, paint, sharp)


def box(name, low, high, paint=None, bevel=0.0, segments=3):
    low, high = Vector(low), Vector(high)
    shape = bmesh.new()
    bmesh.ops.create_cube(shape, size=1.0)
    bmesh.ops.scale(shape, vec=high - low, verts=shape.verts)
    bmesh.ops.translate(shape, vec=(low + high) / 2, verts=shape.verts)
    if bevel:
        bmesh.ops.bevel(shape, geom=list(shape.edges), offset=bevel, segments=segments, profile=0.5, affect="EDGES")
    return finish(name, shape, paint)


def prism(name, outline, low, high, paint=None, bevel=0.0, segments=3):
    """A flat shape in XY, made thick along Z, with rounded rims."""
    shape = bmesh.new()
    bottom = [shape.verts.new((x, y, low)) for x, y in outline]
    top = [shape.verts.new((x, y, high)) for x, y in outline]
    count = len(outline)
    shape.faces.new(bottom[::-1])
    shape.faces.new(top)
    for i in range(count):
        shape.faces.new((bottom[i], bottom[(i + 1) % count], top[(i + 1) % count], top[i]))
    if bevel:
        rims = [e for e in shape.edges if abs(e.verts[0].co.z - e.verts[1].co.z) < 1e-9]
        bmesh.ops.bevel(shape, geom=rims, offset=bevel, segments=segments, profile=0.5, affect="EDGES")
    return finish(name, shape, paint)


def ball(name, centre, radius, paint=None, segments=32):
    """A sphere, or an ellipsoid when the radius is three numbers."""
    size = Vector(radius) if hasattr(radius, "__len__") else Vector((radius,) * 3)
    shape = bmesh.new()
    bmesh.ops.create_uvsphere(shape, u_segments=segments, v_segments=segments // 2, radius=1.0)
    bmesh.ops.scale(shape, vec=size, verts=shape.verts)
    bmesh.ops.translate(shape, vec=centre, verts=shape.verts)
    return finish(name, shape, paint)


def ring(name, centre, radius, thickness, paint=None, axis="Z", segments=48, sides=12):
    path = [Vector((radius * math.cos(TAU * i / segments), radius * math.sin(TAU * i / segments), 0)) for i in range(segments)]
    made = tube(name, path, thickness, paint, sides, closed=True)
    turn = {"Z": Matrix.Identity(4), "X": Matrix.Rotation(TAU / 4, 4, "Y"), "Y": Matrix.Rotation(TAU / 4, 4, "X")}[axis]
    place(made, Matrix.Translation(centre) @ turn)
    return made


def place(thing, matrix):
    """Moves the mesh itself, so that the object's own transform stays clean."""
    thing.data.transform(matrix)
    return thing


def shift(thing, *offset):
    return place(thing, Matrix.Translation(offset))


def turn(thing, degrees, axis="Z", about=(0, 0, 0)):
    about = Matrix.Translation(about)
    return place(thing, about @ Matrix.Rotation(math.radians(degrees), 4, axis) @ about.inverted())


def copy(thing, name=None):
    made = thing.copy()
    made.data = thing.data.copy()
    made.name = made.data.name = name or thing.name
    bpy.context.scene.collection.objects.link(made)
    return made


def join(name, *things):
    """One object out of several; materials stay with their faces."""
    things = [t for thing in things for t in (thing if isinstance(thing, (list, tuple)) else [thing])]
    with bpy.context.temp_override(active_object=things[0], object=things[0], selected_objects=things,
                                   selected_editable_objects=things):
        bpy.ops.object.join()
    things[0].name = things[0].data.name = name
    return things[0]


def apply_modifier(thing, kind, **settings):
    modifier = thing.modifiers.new(kind, kind)
    for key, value in settings.items():
        setattr(modifier, key, value)
    with bpy.context.temp_override(object=thing, active_object=thing, selected_objects=[thing]):
        bpy.ops.object.modifier_apply(modifier=modifier.name)
    return thing


def cut(thing, tool):
    """Takes the tool's volume out of the thing."""
    apply_modifier(thing, "BOOLEAN", operation="DIFFERENCE", object=tool, solver="EXACT")
    bpy.data.objects.remove(tool)
    return thing


def coloured(thing):
    """Materials become vertex colours, for formats that know no materials."""
    mesh = thing.data
    colours = mesh.color_attributes.new("Col", "FLOAT_COLOR", "POINT")
    for face in mesh.polygons:
        paint = mesh.materials[face.material_index].diffuse_color
        for vertex in face.vertices:
            colours.data[vertex].color = paint
    mesh.materials.clear()
    return thing


def child(thing, parent, pivot):
    """Hangs the thing on its parent, with its own origin at the pivot (in the world)."""
    thing.data.transform(Matrix.Translation(-Vector(pivot)))
    for grandchild in thing.children:
        grandchild.location -= Vector(pivot)
    thing.parent = parent
    thing.location = Vector(pivot) - (parent.matrix_world.translation if parent else Vector())
    bpy.context.view_layer.update()
    return thing
