"""Steps by Celery workers (dagster-celery), and the application that those workers serve.

``celery -A hjalp_pipeline.defs.celery_steps worker`` starts a worker. It has to see the data root under the same path.
"""

import os
from collections.abc import Iterator

import dagster as dg
from dagster import DagsterEvent
from dagster._core.definitions.executor_definition import multiple_process_executor_requirements
from dagster._core.execution.context.system import PlanOrchestrationContext
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster_celery.executor import CeleryExecutor
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_task

from hjalp_pipeline.defs.killed import living
from hjalp_pipeline.storage.root import DataRoot

#: Setting: where tasks wait and results are told, ``redis://127.0.0.1:6379/0``.
BROKER = "HJALP_BROKER"


class _Celery(CeleryExecutor):
    """Dagster's, in a run that counts as living as long as the process that hands out its steps."""

    def execute(self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan) -> Iterator[DagsterEvent]:
        with living(DataRoot.from_environment(), plan_context.run_id):
            yield from super().execute(plan_context, execution_plan)


def _executor() -> _Celery:
    broker = os.environ.get(BROKER, "redis://127.0.0.1:6379/0")
    return _Celery(retries=RetryMode.ENABLED, broker=broker, backend=broker)


@dg.executor(
    name="celery",
    config_schema={},
    requirements=multiple_process_executor_requirements(),
)
def celery(_context: dg.InitExecutorContext) -> dg.Executor:
    """Steps by workers on several machines. No run config: where tasks wait is a setting."""
    return _executor()


app = make_app(_executor().app_args())
#: What a worker does: a step of a run.
execute_plan = create_task(app)
