"""The writes of the figures room: what an officer asks for, and what the worker does about it."""

from .asking import ask_for_run, cancel_run, repeat_run, share_run, stop_sharing
from .working import begin, fail, finish, give_up_the_silent, say_progress

__all__ = [
    "ask_for_run",
    "begin",
    "cancel_run",
    "fail",
    "finish",
    "give_up_the_silent",
    "repeat_run",
    "say_progress",
    "share_run",
    "stop_sharing",
]
