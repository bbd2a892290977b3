"""The main job, twice on one system: the second run stands on what the first has left."""

import pytest
from launcher.demo.run import run_main_job
from launcher.demo.story import Ground


@pytest.mark.timeout(300)
@pytest.mark.parametrize("attempt", ["first", "second"])
def test_the_main_job_runs_on_the_whole_system(ground: Ground, attempt: str) -> None:
    run_main_job(ground)
