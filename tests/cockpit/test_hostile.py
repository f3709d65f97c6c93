"""Whatever data says, it neither ends the cockpit nor reaches the terminal as a control code."""

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import pytest

from conductor_tui.screens.confirm import ConfirmScreen
from conductor_tui.screens.deployment import DeploymentScreen
from conductor_tui.screens.execution import ExecutionScreen
from engine.domain.blueprint import Parameter, Workflow
from engine.domain.event import Event, EventType, Level
from engine.domain.execution import Execution, OperationRecord, OperationState, Status
from engine.domain.view import BlueprintRow, HomeView, InstanceRow
from tests.cockpit import worlds
from tests.cockpit.driver import NARROW, WIDE, Driver, driving

STRINGS = {
    "brackets": "[/] [/red] x [bold]y [@click=app.quit]z[/]",
    "open bracket": "[",
    "escapes": "\x1b]52;c;aGk=\x07\x1b[2J\x1b[?1049l\x1b[31mred",
    "c1 controls": "\x9b2J\x9d0;title\x9c\x90q",
    "line ends": "one\r\ntwo\n\n\tthree\x00\x0b\x0c",
    "bidi and zero width": "a\u202eb\u2066c\u200bd\ufeffe\u200d",
    "wide and combining": "世界👩‍👩‍👧 e\u0301\u0301\u0301 ｗｉｄｅ",
    "surrogates": "\ud800\udfff",
    "a megabyte": "x" * 1_000_000,
    "a megabyte of escapes": "\x1b[1m" * 250_000,
    "nothing": "",
}
KEYS = {name: f"{number:02}{name}" for number, name in enumerate(STRINGS)}


def hostile() -> worlds.World:
    """Return a world with a row of every string in every listing, and every other text that string too."""
    texts = {KEYS[name]: text for name, text in STRINGS.items()}
    runs = {key: execution(f"r{key}", 1, key, text, Status.STARTED) for key, text in texts.items()}
    waits = tuple(execution(f"q{key}", 2, key, text, Status.QUEUED) for key, text in texts.items())
    failed = {key: execution(f"f{key}", 3, key, text, Status.FAILED) for key, text in texts.items()}
    home = HomeView(
        now=worlds.NOW,
        engine=worlds.ENGINE,
        deployments=tuple(
            replace(worlds.deployment(key, failed[key]), blueprint_id=text) for key, text in texts.items()
        ),
        running=tuple(runs.values()),
        recent=tuple(failed.values()),
        queue=worlds.waiting(tuple(runs.values()), waits),
        schedules=tuple(worlds.schedule(key, key, text, None, text, latest_status=text) for key, text in texts.items()),
        events=tuple(events(runs)),
    )
    return worlds.World(
        home,
        blueprints=[blueprint(key, text) for key, text in texts.items()],
        operations={runs[key].id: tuple(operations(runs[key], text)) for key, text in texts.items()},
        instances={key: (instance(text),) for key, text in texts.items()},
        workflows={text[:2000] or "w": workflow(text) for text in texts.values()},
    )


def execution(id: str, number: int, of: str, text: str, status: Status) -> Execution:
    return replace(
        worlds.execution(id, number, text, of, status, done=(1, 2)), error=text, origin=text, parameters={text: text}
    )


def operations(of: Execution, text: str) -> Iterable[OperationRecord]:
    for number, state in enumerate(OperationState):
        yield replace(worlds.operation(of, number, text, text, state, 10, 1), error=text, target_instance_id=text)


def events(of: dict[str, Execution]) -> Iterable[Event]:
    number = 0
    for one, text in zip(of.values(), STRINGS.values(), strict=True):
        for type, level in ((EventType.LOG, Level.INFO), (EventType.TASK_FAILED, Level.ERROR)):
            number += 1
            made = worlds.event(number, 1, text, one, type=type, level=level)
            yield replace(made, node_instance_id=text, operation=text, error_causes=text)


def blueprint(key: str, text: str) -> BlueprintRow:
    return BlueprintRow(id=key, description=text, main_file=text, created_at=worlds.NOW, deployments=0, nodes=1)


def instance(text: str) -> InstanceRow:
    return InstanceRow(id=text, node_id=text, type=text, state=text, host_id=text, runtime_properties={text: text})


def workflow(text: str) -> Workflow:
    parameter = Parameter(type=text, default=text[:2000], has_default=True, description=text, display_label=text)
    return Workflow(name="w", plugin="p", function="f", parameters={"p": parameter})


def assert_harmless(driver: Driver) -> None:
    """No cell of the screen holds a character that steers a terminal."""
    text = "\n".join(
        "".join(segment.text for segment in strip) for strip in driver.app.screen._compositor.render_strips()
    )
    bad = {character for character in text if unicodedata.category(character) in ("Cc", "Cs", "Cf", "Co")} - {"\n"}

    assert bad == set()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_every_view_shows_any_text(size: tuple[int, int]) -> None:
    async with driving(hostile(), size) as driver:
        assert_harmless(driver)
        for key in "123456":
            await driver.press(key)
            assert_harmless(driver)


async def test_details_show_any_text() -> None:
    async with driving(hostile()) as driver:
        for key in KEYS.values():
            await driver.app.push_screen(DeploymentScreen(driver.app.context, key))
            await driver.settle()
            await driver.press("v", "v")
            assert_harmless(driver)
            await driver.app.push_screen(ExecutionScreen(driver.app.context, f"r{key}"))
            await driver.settle()
            await driver.press("tab", "w")
            assert_harmless(driver)
            await driver.press("v")
            assert_harmless(driver)
            await driver.press("escape", "escape")


async def test_forms_and_questions_show_any_text() -> None:
    async with driving(hostile()) as driver:
        await driver.press("t")
        await driver.until(lambda: bool(driver.screen.workflows), "the workflows are there")
        for name in driver.world.workflows(""):
            driver.choose("#workflow", name)
            await driver.pilot.pause()
            assert_harmless(driver)
        await driver.press("escape")
        for key in KEYS.values():
            await driver.app.push_screen(ExecutionScreen(driver.app.context, f"r{key}"))
            await driver.settle()
            await driver.press("x")
            assert isinstance(driver.screen, ConfirmScreen)
            assert_harmless(driver)
            await driver.press("n", "escape")


async def test_a_message_shows_any_text() -> None:
    async with driving(worlds.busy()) as driver:
        for text in STRINGS.values():
            driver.screen.say(text)
        await driver.pilot.pause()

        assert_harmless(driver)


def test_the_cockpit_never_hands_data_to_markup() -> None:
    """Every widget of Textual that reads markup is given Content, or told not to."""
    folder = os.path.join(os.path.dirname(__file__), "..", "..", "conductor_tui")
    found = []
    for place, _, files in os.walk(folder):
        if os.sep + "cli" in place or os.sep + "demo" in place:
            continue
        for name in files:
            if name.endswith(".py"):
                with open(os.path.join(place, name), encoding="utf-8") as source:
                    found += [line for line in source if "from_markup" in line or "Static(" in line]

    assert found == []
