"""A sensor's context on a data root: the root comes from the environment alone, as in the daemon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import pytest

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.resources import data_here
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE, DataRoot


@contextmanager
def sensor_context(
    root: DataRoot, instance: dg.DagsterInstance, cursor: str | None = None
) -> Iterator[dg.SensorEvaluationContext]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT_VARIABLE, str(root.path))
        with dg.build_sensor_context(
            instance=instance, resources={"data": data_here}, definitions=defs, cursor=cursor
        ) as context:
            yield context
