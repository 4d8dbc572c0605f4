"""Slack on 127.0.0.1: Web API, Socket Mode, response URLs and uploads, with Slack's rules enforced.

Written from Slack's documentation, not from the bot: what Slack refuses is refused here, with its error; what a
careful app never does is a violation and fails the test.
"""

from loopback_slack.faults import Fault, Faults
from loopback_slack.interactions import Interaction
from loopback_slack.server import SCOPES, LoopbackSlack
from loopback_slack.workspace import TEAM, Channel, Message, User, View, Violation

__all__ = [
    "SCOPES",
    "TEAM",
    "Channel",
    "Fault",
    "Faults",
    "Interaction",
    "LoopbackSlack",
    "Message",
    "User",
    "View",
    "Violation",
]
