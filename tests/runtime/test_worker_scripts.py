"""What holds for scripts: their environment, their output, their end and their `ctx` command."""

import os
import signal
from pathlib import Path

import pytest

from engine.domain.event import EventType
from engine.domain.execution import Execution, Status
from engine.domain.json import Json, JsonObject
from tests.runtime.worker_world import World, depends_on, make_world, node, script


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run_script(
    home: Path, text: str, inputs: JsonObject | None = None, *, name: str = "op.sh", **options: Json
) -> tuple[World, Execution]:
    """Install one node whose create operation is this script."""
    operation = script(f"scripts/{name}", inputs, **{"max_retries": 0, **options})
    world = make_world(home, [node("web", {"create": operation})], files={f"scripts/{name}": text})
    return world, world.run("install")


def bash(*lines: str) -> str:
    return "\n".join(["#!/bin/bash", *lines, ""])


def test_the_lines_of_a_script_become_log_events_in_their_order(home: Path) -> None:
    world, execution = run_script(home, bash("echo one", "printf 'two\\nthree'", "ctx logger warning four"))

    assert ["<out> one", "<out> two", "four", "<out> three"] == sorted(
        world.messages(execution), key=["<out> one", "<out> two", "four", "<out> three"].index
    )


def test_a_script_that_ends_with_a_failure_fails_with_its_last_words(home: Path) -> None:
    _, execution = run_script(home, bash("echo first >&2", "echo 'no space left' >&2", "exit 3"))

    assert Status.FAILED is execution.status
    assert "`op.sh` ended with exit code 3: no space left" in execution.error


def test_a_script_that_is_killed_says_by_which_signal(home: Path) -> None:
    _, execution = run_script(home, bash("kill -9 $$"))

    assert "`op.sh` was ended by signal 9" in execution.error


def test_a_failed_script_is_tried_again(home: Path) -> None:
    text = bash('[ "$(ctx -j operation retry-number)" = 1 ] || exit 1')
    _, execution = run_script(home, text, max_retries=1, retry_interval=0.0)

    assert (Status.TERMINATED, 2) == (execution.status, execution.total_operations)


def test_inputs_are_variables_and_structures_are_json(home: Path) -> None:
    inputs = {"name": "web", "port": 80, "tls": True, "tags": ["a", "b"], "none": None, "not-a-name": 1}
    world, execution = run_script(home, bash('echo "$name $port $tls $tags $none"'), inputs)

    assert ['<out> web 80 true ["a", "b"] None'] == world.messages(execution)


def test_a_script_sees_little_of_the_environment_of_its_worker(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("LC_TEST", "kept")
    world, execution = run_script(home, bash('echo "[$SECRET_TOKEN] $LC_TEST"', "pwd"))

    assert ["<out> [] kept", f"<out> {home}/work/d1"] == world.messages(execution)


@pytest.mark.parametrize("name", ["LD_PRELOAD", "BASH_ENV", "ENV", "PYTHONPATH", "IFS"])
def test_an_input_that_would_change_how_programs_run_is_refused(home: Path, name: str) -> None:
    _, execution = run_script(home, bash("echo no"), {name: "x"})

    assert f"a script cannot get `{name}` in its environment" in execution.error


def test_a_very_long_input_comes_in_a_file(home: Path) -> None:
    world, execution = run_script(home, bash('wc -c < "$big_FILE"'), {"big": "x" * 200_000})

    assert ["<out> 200000"] == world.messages(execution)


def test_process_settings_are_heeded(home: Path, tmp_path: Path) -> None:
    process = {
        "cwd": str(tmp_path),
        "args": ["a b", 2],
        "env": {"name": "own"},
        "command_prefix": "/bin/bash -u",
        "stderr_to_stdout": True,
    }
    text = 'echo "$1|$2|$name"\npwd\necho err >&2\n'
    world, execution = run_script(home, text, {"name": "input", "process": process})

    assert ["<out> a b|2|own", f"<out> {tmp_path}", "<out> err"] == world.messages(execution)


def test_a_script_without_a_first_line_is_run_by_the_shell(home: Path) -> None:
    world, execution = run_script(home, "echo plain\n")

    assert ["<out> plain"] == world.messages(execution)


def test_output_can_be_left_out_of_the_log(home: Path) -> None:
    world, execution = run_script(home, bash("echo x", "echo y >&2"), {"process": {"log_stdout": False}})

    assert ["<err> y"] == world.messages(execution)


def test_control_characters_and_broken_text_are_stored_harmless(home: Path) -> None:
    world, execution = run_script(home, bash(r"printf 'a\x1b[31m\x07\x00\tb\xff\xc3\n[/red]\n'"))

    assert ["<out> a\ufffd[31m\ufffd\ufffd b\ufffd\ufffd", "<out> [/red]"] == world.messages(execution)


def test_a_line_of_a_megabyte_is_stored_short(home: Path) -> None:
    world, execution = run_script(home, bash("head -c 1000000 /dev/zero | tr '\\0' x", "echo", "echo after"))

    long, after = world.messages(execution)
    assert "<out> after" == after
    assert len(long.encode()) <= 16 * 1024
    assert long.startswith("<out> xxx")
    assert "more bytes" in long


def test_what_is_printed_beyond_the_limit_is_counted_and_dropped(home: Path) -> None:
    text = bash("yes $(printf 'x%.0s' {1..1000}) | head -c 12000000")
    world, execution = run_script(home, text)

    messages = world.messages(execution)
    assert Status.TERMINATED is execution.status
    assert "the output is longer than 10 MiB" in messages[-1]
    assert sum(len(message) for message in messages) <= 10 * 1024 * 1024 + 200


def test_a_script_that_runs_too_long_is_ended_with_its_children(home: Path) -> None:
    world, execution = run_script(home, bash("sleep 600 &", "echo $!", "wait"), timeout=0.5)

    assert "`op.sh` ran longer than its timeout of 0.5 s and was ended" in execution.error
    child = int(world.messages(execution)[0].removeprefix("<out> "))
    assert not _is_alive(child)


def test_a_daemon_that_keeps_the_output_open_is_neither_waited_for_nor_ended(home: Path) -> None:
    world, execution = run_script(home, bash("setsid sleep 600 &", "echo $!"), timeout=20.0)

    assert Status.TERMINATED is execution.status
    daemon = int(world.messages(execution)[0].removeprefix("<out> "))
    assert _is_alive(daemon)
    os.kill(daemon, signal.SIGKILL)


def test_scripts_that_still_run_when_the_execution_has_failed_are_ended(home: Path) -> None:
    files = {"bad.sh": bash("exit 1"), "long.sh": bash("echo $$", "sleep 600")}
    nodes = [node(name, {"create": script(f"{name}.sh", max_retries=0)}) for name in ("bad", "long")]
    world = make_world(home, nodes, files=files)

    execution = world.run("install", wait_after_fail=1)

    assert Status.FAILED is execution.status
    assert not _is_alive(int(world.messages(execution)[0].removeprefix("<out> ")))
    errors = [each.error for each in world.operations(execution)]
    assert "still running when the execution ended (failed); its effect is unknown" in errors


def test_a_script_whose_interpreter_is_missing_is_not_tried_again(home: Path) -> None:
    _, execution = run_script(home, "#!/no/such/interpreter\n", max_retries=5)

    assert "`op.sh` cannot be started: No such file or directory: /no/such/interpreter" in execution.error
    assert 1 == execution.total_operations


def test_a_script_has_nothing_to_read(home: Path) -> None:
    world, execution = run_script(home, bash("read -r line || echo empty"))

    assert ["<out> empty"] == world.messages(execution)


def test_a_script_that_is_missing_is_named(home: Path) -> None:
    world = make_world(home, [node("web", {"create": script("scripts/typo.sh")})])

    assert "the blueprint `b1` has no file `scripts/typo.sh`" in world.run("install").error


def test_a_path_out_of_the_blueprint_is_refused(home: Path) -> None:
    world = make_world(home, [node("web", {"create": script("../../conductor.db")})])

    assert "has no file `../../conductor.db`" in world.run("install").error


def test_a_python_script_has_ctx_and_its_inputs(home: Path) -> None:
    text = """
from engine.sdk import ctx, ctx_parameters
assert __name__ == "__main__"
ctx.instance.runtime_properties["port"] = ctx_parameters["port"]
print("from", ctx.node.id)
"""
    world, execution = run_script(home, text, {"port": 80}, name="op.py")

    assert ("", ["<out> from web"]) == (execution.error, world.messages(execution))
    assert {"port": 80} == world.instance("web_000001").runtime_properties


def test_a_python_script_with_a_timeout_can_be_ended(home: Path) -> None:
    _, execution = run_script(home, "import signal\nsignal.pause()\n", name="op.py", timeout=0.5)

    assert "ran longer than its timeout" in execution.error


def test_a_script_may_be_written_into_the_blueprint_itself(home: Path) -> None:
    operation = script("", {"script_source": "#!/bin/bash\necho inline"})
    world = make_world(home, [node("web", {"create": operation})])

    assert ["<out> inline"] == world.messages(world.run("install"))


def test_returns_is_the_result_of_the_operation(home: Path) -> None:
    world, execution = run_script(home, bash("ctx returns '@[1, 2]'"))

    told = world.messages(execution, EventType.TASK_SUCCEEDED)
    assert "Task succeeded 'script_runner.tasks.run' - [1, 2]" in told


def test_abort_operation_fails_without_another_try(home: Path) -> None:
    _, execution = run_script(home, bash("ctx abort-operation 'wrong version'"), max_retries=5)

    assert "NonRecoverableError `wrong version`" in execution.error
    assert 1 == execution.total_operations


def test_retry_operation_asks_for_another_try(home: Path) -> None:
    text = bash('[ "$(ctx -j operation retry-number)" = 1 ] || ctx retry-operation "not up yet" @0')
    world, execution = run_script(home, text, max_retries=3)

    assert ["Task rescheduled 'script_runner.tasks.run' -> not up yet"] == world.messages(
        execution, EventType.TASK_RESCHEDULED
    )
    assert Status.TERMINATED is execution.status


def test_a_second_outcome_is_refused(home: Path) -> None:
    _, execution = run_script(home, bash("ctx returns a", "ctx returns b"))

    assert "a script may only abort, retry or return once" in execution.error


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("ctx node id", "web"),
        ("ctx node name", "web"),
        ("ctx node type", "app.nodes.Thing"),
        ("ctx node properties port", "8080"),
        ("ctx -j node properties", '{"port": 8080, "deep": {"list": [{"x": 1}]}}'),
        ("ctx -j node properties deep.list[0].x", "1"),
        ("ctx instance id", "web_000001"),
        ("ctx instance index", "1"),
        ("ctx operation name", "cloudify.interfaces.lifecycle.create"),
        ("ctx -j operation retry-number", "0"),
        ("ctx deployment id", "d1"),
        ("ctx blueprint id", "b1"),
        ("ctx workflow-id", "install"),
        ("ctx tenant-name", "default_tenant"),
        ("ctx instance runtime-properties a.b hello; ctx instance runtime-properties a.b", "hello"),
        ("ctx instance runtime-properties n @42; ctx -j instance runtime-properties", '{"n": 42}'),
        ("cat $(ctx download-resource files/config.txt)", "port={{ ctx.node.properties.port }} {{ who }}"),
        (
            'cat $(ctx download-resource-and-render files/config.txt \'@{"template_variables": {"who": "me"}}\')',
            "port=8080 me",
        ),
    ],
)
def test_ctx_answers(home: Path, command: str, answer: str) -> None:
    properties = {"port": 8080, "deep": {"list": [{"x": 1}]}}
    operation = script("op.sh", max_retries=0)
    world = make_world(
        home,
        [node("web", {"create": operation}, properties=properties)],
        files={"op.sh": bash("set -e", command), "files/config.txt": "port={{ ctx.node.properties.port }} {{ who }}"},
    )

    execution = world.run("install")

    assert ("", [f"<out> {answer}"]) == (execution.error, world.messages(execution))


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("ctx", "say what is wanted"),
        ("ctx nonsense", "there is no `nonsense`"),
        ("ctx node properties port.x", "illegal path `port.x`"),
        ("ctx node properties port 1", "cannot be changed"),
        ("ctx source node id", "ctx.source belongs to operations of a relationship-instance"),
        ("ctx instance host-ip", "has no host"),
        ("ctx --typo", "there is no option --typo"),
        ("CTX_SOCKET_URL= ctx node id", "CTX_SOCKET_URL is not set"),
    ],
)
def test_ctx_says_what_is_wrong_and_fails(home: Path, command: str, complaint: str) -> None:
    operation = script("op.sh", max_retries=0)
    world = make_world(
        home,
        [node("web", {"create": operation}, properties={"port": 1})],
        files={"op.sh": bash("set -e", command)},
    )

    execution = world.run("install")

    assert Status.FAILED is execution.status
    assert complaint in " ".join(world.messages(execution))


def test_ctx_of_a_relationship_reaches_both_ends(home: Path) -> None:
    establish = {"cloudify.interfaces.relationship_lifecycle.establish": script("link.sh", max_retries=0)}
    text = bash("set -e", "ctx source instance runtime-properties db $(ctx target instance id)", "ctx target node id")
    world = make_world(
        home,
        [node("db"), node("web", {}, depends_on("db", source_operations=establish))],
        files={"link.sh": text},
    )

    execution = world.run("install")

    assert ("", ["<out> db"]) == (execution.error, world.messages(execution))
    assert {"db": "db_000001"} == world.instance("web_000001").runtime_properties


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False
