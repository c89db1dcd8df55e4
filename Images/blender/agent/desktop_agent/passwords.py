"""The VNC password: Xvnc reads its file anew for every connection."""

import os
import subprocess

FILE = os.environ.get("VNC_PASSWORD_FILE", "/tmp/vnc/password")


def set_vnc_password(password: str) -> None:
    obscured = subprocess.run(["vncpasswd", "-f"], input=password.encode() + b"\n", capture_output=True, check=True).stdout
    descriptor = os.open(FILE + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(obscured)
    os.replace(FILE + ".new", FILE)
