"""Starts the agent inside Blender: blender --python agent/start.py"""

import os
import signal
import sys

# Else whoever hangs up before an answer is through would end Blender: Python ignores this signal only where it is the program itself.
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from desktop_agent import agent  # noqa: E402

agent.start(token=os.environ.pop("AGENT_TOKEN", ""))
