"""The desktop agent: a small HTTP server in Blender's own Python, by which the provisioner opens, saves and looks."""
