"""Starts the agent inside Blender: blender --python agent/start.py"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from desktop_agent import agent  # noqa: E402

agent.start(token=os.environ.pop("AGENT_TOKEN", ""))
