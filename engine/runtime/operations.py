"""Runs the tasks of a workflow: functions in threads, scripts as programs, each with the context that it expects."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from threading import Lock

from engine.domain.deployment import NodeInstance
from engine.domain.errors import NotFound
from engine.domain.event import Level
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import Scope
from engine.dsl.extensions import ensure_extensions
from engine.dsl.functions import evaluate_entries, has_calls
from engine.dsl.secretcalls import needs_secret
from engine.runtime.backend import WorkerBackend
from engine.runtime.calling import call
from engine.runtime.children import Children
from engine.runtime.clock import Clock
from engine.runtime.commands import Programs
from engine.runtime.ctx_server import CtxServer
from engine.runtime.loglines import LogSink
from engine.runtime.plugins import Plugins
from engine.runtime.pool import ThreadPool
from engine.runtime.recorder import Recorder
from engine.runtime.scripts import RUN, ScriptRunner, runs_as_python
from engine.runtime.site import Site
from engine.runtime.speakers import Speakers
from engine.runtime.streams import voiced
from engine.sdk.backend import Begun, Outcome
from engine.sdk.current import entered
from engine.sdk.errors import NonRecoverableError, OperationInterrupted, RecoverableError
from engine.sdk.narration import ends, full_name
from engine.sdk.operation_context import OperationContext, OperationFacts
from engine.sdk.tasks import Invocation, LocalWorkflowTask, OperationTask, WorkflowTask

Evaluate = Callable[[JsonObject, str | None], JsonObject]
"""Evaluates the functions in properties, of the node of an instance or of no node."""

SLOTS = 32
"""How many operations of one execution run at once."""


class LiveInstances(Mapping[str, NodeInstance]):
    """The node instances as they are when they are first looked at; one alone is read alone."""

    def __init__(self, backend: WorkerBackend) -> None:
        self._backend = backend
        self._single: dict[str, NodeInstance] = {}
        self._all: dict[str, NodeInstance] | None = None

    def _read_all(self) -> dict[str, NodeInstance]:
        if self._all is None:
            self._all = {one.id: one for one in self._backend.instances()}
        return self._all

    def __getitem__(self, id: str) -> NodeInstance:
        if self._all is not None:
            return self._all[id]
        if id not in self._single:
            try:
                self._single[id] = self._backend.instance(id)
            except NotFound as error:
                raise KeyError(id) from error
        return self._single[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read_all())

    def __len__(self) -> int:
        return len(self._read_all())


class _Door:
    """What one operation may ask of the runtime."""

    def __init__(self, backend: WorkerBackend, sink: LogSink, evaluate: Evaluate) -> None:
        self._backend = backend
        self.evaluate = evaluate
        self.update_instance = backend.update_instance
        self.resource = backend.resource
        self.event = sink.event

    def instance(self, id: str) -> NodeInstance:
        """Return a node instance; secrets that an operation has put into its runtime properties are there again."""
        found = self._backend.instance(id)
        if not needs_secret(found.runtime_properties):
            return found
        return replace(found, runtime_properties=self.evaluate(found.runtime_properties, id))


class Operations:
    """Runs what has begun and reports how it ended."""

    def __init__(self, site: Site, recorder: Recorder, clock: Clock, plugins: Plugins, speakers: Speakers) -> None:
        self._recorder, self._clock, self._plugins = recorder, clock, plugins
        self._speakers = speakers
        self._pool = ThreadPool(SLOTS)
        self._programs = Programs()
        self._server: CtxServer | None = None
        self._server_lock = Lock()
        self.backend: WorkerBackend
        self.turn(site)

    def turn(self, site: Site) -> None:
        """Run what begins from now on with the plan and the files of this site."""
        self._site = site
        self._children = Children(site, self._plugins, self._programs)
        self._scripts = ScriptRunner(site, self._ctx_server, self._programs)

    def begin(self, begun: Begun) -> None:
        """Run a task as soon as a thread is free."""
        self._pool.submit(partial(self._run, begun))

    def close(self) -> None:
        """Take no more tasks; those that run are left alone."""
        self._pool.close()
        with self._server_lock:
            if self._server is not None:
                self._server.close()

    def end_programs(self) -> None:
        """End what scripts of a failed execution still run; daemons that they have sent off live on."""
        self._programs.end_all()

    def _ctx_server(self) -> CtxServer:
        with self._server_lock:
            if self._server is None:
                self._server = CtxServer(self._site.run_folder)
            return self._server

    def _run(self, begun: Begun) -> None:
        begun.report(begun.task, self._outcome(begun.task))

    def _outcome(self, task: WorkflowTask) -> Outcome:
        sink = self._sink(task)
        try:
            with voiced(partial(_say, sink, "<out> "), partial(_say, sink, "<err> ")):
                return Outcome(result=self._result(task, sink))
        except SystemExit as end:
            return Outcome(error=None if end.code in {None, 0} else RecoverableError(f"it exited with {end.code}"))
        except Exception as error:  # an author's code may fail in any way; the task takes it
            return Outcome(error=error)
        finally:
            sink.finish()

    def _result(self, task: WorkflowTask, sink: LogSink) -> Json:
        if task.stored is not None and task.stored.is_interrupted:
            self._require_resumable(task)
        if isinstance(task, OperationTask):
            return self._operate(task, sink)
        if isinstance(task, LocalWorkflowTask) and task.workflow_context is not None:
            with self._speakers.speaking(sink), entered(task.workflow_context, task.kwargs):
                return task.local_task(**task.kwargs)
        raise NonRecoverableError(f"nobody knows how to run task `{task.name}`")

    def _require_resumable(self, task: WorkflowTask) -> None:
        """Check that what was interrupted may simply run again.

        Raises:
            OperationInterrupted: its author has not said so.
        """
        function: object = getattr(task, "local_task", None)
        if isinstance(task, OperationTask) and task.invocation.operation.function != RUN:
            function = self._plugins.function(task.invocation.operation.plugin, task.invocation.operation.function)
        if not getattr(function, "resumable", False):
            raise OperationInterrupted(full_name(task), self._site.execution.id)

    def _operate(self, task: OperationTask, sink: LogSink) -> Json:
        """Run an operation; what it changed of runtime properties is stored even where it failed."""
        inputs = self._inputs(task.invocation)
        facts = operation_facts(self._site, task)
        door = _Door(self.backend, sink, self.evaluated)
        if needs_child(task, inputs):
            return self._children.run(facts, inputs, door, sink)
        context = OperationContext(facts, self._site.deployment.plan, door, sink)
        try:
            result = self._call(context, task.invocation, inputs, sink, task.timeout)
        finally:
            context.save()
        if context.operation.wanted_retry is not None:
            raise context.operation.wanted_retry
        return result

    def _call(
        self,
        context: OperationContext,
        invocation: Invocation,
        inputs: JsonObject,
        sink: LogSink,
        timeout: float | None,
    ) -> Json:
        operation = invocation.operation
        if operation.function == RUN:
            heard = self._speakers.speaking(sink) if runs_as_python(inputs) else nullcontext()
            with heard, entered(context, inputs):
                return self._scripts.run(context, inputs, sink, timeout)
        with self._speakers.speaking(sink), entered(context, inputs):
            function = self._plugins.function(operation.plugin, operation.function)
            return call(function, inputs, context)

    def _inputs(self, invocation: Invocation) -> JsonObject:
        """Return the inputs with their functions evaluated as things are now."""
        if not invocation.operation.has_functions:
            return dict(invocation.inputs)
        ensure_extensions()
        is_related = invocation.related_id is not None
        source, target = invocation.source_and_target if is_related else (None, None)
        own = None if is_related else invocation.instance_id
        scope = replace(self._scope(own), source_instance=source, target_instance=target)
        return dict(evaluate_entries(invocation.inputs, scope))

    def evaluated(self, values: JsonObject, instance_id: str | None) -> JsonObject:
        """Return properties or parameters with their functions evaluated as things are now."""
        if not has_calls(values):
            return values
        ensure_extensions()
        return evaluate_entries(values, self._scope(instance_id))

    def _scope(self, instance_id: str | None) -> Scope:
        return Scope(
            plan=self._site.deployment.plan,
            inputs=self._site.deployment.inputs,
            instances=LiveInstances(self.backend),
            self_instance=instance_id,
            outside=self.backend.outside(),
        )

    def _sink(self, task: WorkflowTask) -> LogSink:
        instance_id, target_id = ends(task)
        return LogSink(
            self._site,
            self._recorder,
            self._clock,
            instance_id=instance_id,
            target_id=target_id,
            operation=full_name(task),
            operation_id=task.id,
        )


def operation_facts(site: Site, task: OperationTask) -> OperationFacts:
    """Return what an operation may know about its own run."""
    invocation = task.invocation
    is_related = invocation.related_id is not None
    source, target = invocation.source_and_target if is_related else (None, None)
    return OperationFacts(
        task_id=task.id,
        task_name=task.name,
        operation_name=invocation.name,
        execution_id=site.execution.id,
        workflow_id=site.execution.workflow_id,
        deployment_id=site.deployment.id,
        blueprint_id=site.deployment.blueprint_id,
        plugin=invocation.operation.plugin,
        function=invocation.operation.function,
        instance_id=None if is_related else invocation.instance_id,
        source_id=source,
        target_id=target,
        is_source=invocation.is_source,
        retry_number=task.current_retries,
        max_retries=task.total_retries,
        timeout=task.timeout,
        timeout_recoverable=task.timeout_recoverable,
        workdir=str(site.workdir),
        workflow_parameters=site.execution.parameters,
    )


def needs_child(task: OperationTask, inputs: JsonObject) -> bool:
    """Return whether an operation is Python code that must be ended when it runs too long."""
    if not task.timeout:
        return False
    if task.invocation.operation.function != RUN:
        return True
    return runs_as_python(inputs)


def _say(sink: LogSink, prefix: str, line: str) -> None:
    sink.line(Level.INFO, prefix + line)
