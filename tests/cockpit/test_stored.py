"""Plugins and secrets are listed, shown and deleted; the value of a secret is nowhere."""

from conductor_tui.screens.pages import PageScreen
from conductor_tui.screens.stored import StoredScreen
from conductor_tui.screens.system import SystemScreen
from conductor_tui.spans import plain
from conductor_tui.widgets.log_pane import LogPane
from tests.cockpit import worlds
from tests.cockpit.driver import Driver, driving


async def stored(driver: Driver) -> None:
    await driver.press("7")
    await driver.shown(StoredScreen)
    await driver.settle()


def page(driver: Driver) -> str:
    return "\n".join(plain(row) for row in driver.screen.query_one(LogPane).log_rows.rows)


async def test_stored_plugins_and_the_names_of_secrets_are_a_key_away_from_everywhere() -> None:
    async with driving(worlds.busy()) as driver:
        await stored(driver)

        plugins = [[plain(cell) for cell in row.cells] for row in driver.table("plugins").rows]
        assert ["utilities-1.25", "cloudify-utilities-plugin", "1.25", "any"] == plugins[1][:4]
        secrets = [[plain(cell) for cell in row.cells] for row in driver.table("secrets").rows]
        assert ["db_password", "only with --reveal"] == secrets[0][:2]
        assert "its key is missing" in secrets[1][1]
        assert "System › Plugins, secrets › openstack-3.2.1" in driver.line("crumbs")

        await driver.press("enter")
        await driver.shown(PageScreen)
        assert "blueprint web-stack, deployment web-eu-1" in page(driver)
        assert "plugin:cloudify-openstack-plugin?version=3.2.1" in page(driver)
        await driver.press("escape", "tab", "enter")
        await driver.shown(PageScreen)
        assert "not shown here" in page(driver)
        await driver.press("escape", "escape")
        await driver.shown(SystemScreen)


async def test_a_plugin_is_deleted_after_its_name_was_typed_and_a_secret_in_use_says_by_whom() -> None:
    async with driving(worlds.busy()) as driver:
        await stored(driver)
        await driver.press("D")
        assert "conductor plugins delete openstack-3.2.1" == driver.screen.question.command
        driver.input("#word").value = "openstack-3.2.1"
        await driver.press("enter")
        await driver.until(lambda: driver.deeds("delete_plugin") != [], "the deletion was asked for")
        assert [("delete_plugin", "openstack-3.2.1")] == driver.asked

        await driver.press("tab", "D")
        driver.input("#word").value = "db_password"
        await driver.press("enter")
        await driver.until(lambda: any("web-eu-1" in one for one in driver.told()), "it says who needs it")


async def test_nothing_stored_says_how_to_store_something() -> None:
    async with driving(worlds.empty()) as driver:
        await stored(driver)
        await driver.press("D")

        assert ["Delete…: no plugin and no secret is selected"] == driver.told()
