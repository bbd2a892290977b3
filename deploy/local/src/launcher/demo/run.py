"""Runs the eight steps."""

import secrets

from ourwatch_client import Visitor

from launcher.demo import (
    step_1_staff,
    step_2_panel,
    step_3_markings,
    step_4_ledger,
    step_5_documents,
    step_6_release,
    step_7_messages,
    step_8_removal,
)
from launcher.demo.mailbox import Post
from launcher.demo.people import Codes, read_residents
from launcher.demo.story import Ground, Story
from launcher.demo.told import Told

STEPS = (
    step_1_staff,
    step_2_panel,
    step_3_markings,
    step_4_ledger,
    step_5_documents,
    step_6_release,
    step_7_messages,
    step_8_removal,
)


def run_main_job(ground: Ground) -> None:
    """The main job on a running system; DemoFailed or OurWatchProblem at the first thing that is not so.

    Each run has people and groups of its own, so it can be repeated on the same system.
    """
    run = secrets.token_hex(3)
    story = Story(
        run=run,
        ground=ground,
        told=Told(),
        visitor=Visitor(ground.url),
        post=Post(ground.maildir),
        codes=Codes(ground.home / "demo" / "totp.json"),
        residents=read_residents(run),
    )
    try:
        for step in STEPS:
            step.run(story)
    finally:
        story.close()
