"""What a hook may be, and when it is tried again."""

from dataclasses import replace

import pytest

from engine.domain.errors import InvalidValue
from engine.domain.hook import PAUSES, Delivery, DeliveryState, HookEvent, make_hook, tried
from tests.builders import NOW

DELIVERY = Delivery(hook_id="h", event_id=1, next_try_at=NOW)


def test_a_command_is_split_once_and_never_seen_by_a_shell() -> None:
    hook = make_hook("h", ["failed"], command="notify --to 'ops team' '$HOME'", url=None, now=NOW)

    assert ("notify", "--to", "ops team", "$HOME") == hook.command


@pytest.mark.parametrize(
    ("command", "sign"),
    [
        ("echo hi >> /tmp/log", ">>"),
        ("page; page again", ";"),
        ("cat | page", r"\|"),
        ("page && rest", "&&"),
        ("echo $CONDUCTOR_EVENT", r"\$CONDUCTOR_EVENT"),
        ("echo `date`", "`"),
        ("echo 'a' $(date)", r"\$\(date"),
    ],
)
def test_what_only_a_shell_would_understand_is_refused_with_the_words_for_one(command: str, sign: str) -> None:
    with pytest.raises(InvalidValue, match=f"`{sign}.* means something; .* write bash -c '"):
        make_hook("h", ["failed"], command=command, url=None, now=NOW)


@pytest.mark.parametrize(
    "command", ["bash -c 'cat | page > $HOME/log'", "page --re='a|b'", r"page a\;b", 'page "x && y"']
)
def test_signs_of_the_shell_may_stand_in_quotes(command: str) -> None:
    assert make_hook("h", ["failed"], command=command, url=None, now=NOW).command


def test_events_are_kept_once_and_in_the_order_of_a_life() -> None:
    hook = make_hook("h", ["failed", " started ", "failed", ""], command="true", url=None, now=NOW)

    assert (HookEvent.STARTED, HookEvent.FAILED) == hook.events


@pytest.mark.parametrize("url", ["http://host/x?y=1", "https://[::1]:8443/", "http://user@host"])
def test_web_addresses_are_taken(url: str) -> None:
    assert url == make_hook("h", ["failed"], command=None, url=url, now=NOW).url


@pytest.mark.parametrize(
    ("events", "command", "url", "sentence"),
    [
        (["failed"], None, None, "either a command or a URL"),
        (["failed"], "true", "http://host", "either a command or a URL"),
        ([], "true", None, "queued, started, terminated, failed, cancelled: name one"),
        (["ended"], "true", None, "not of `ended`"),
        (["failed"], "echo 'x", None, "cannot be read"),
        (["failed"], "  ", None, "is empty"),
        (["failed"], "''", None, "is empty"),
        (["failed"], None, "file:///etc/passwd", "cannot be the URL"),
        (["failed"], None, "http://", "cannot be the URL"),
        (["failed"], None, "http://host/a b", "cannot be the URL"),
        (["failed"], None, "http://host:port/", "cannot be the URL"),
        (["failed"], None, "http://[::1", "cannot be the URL"),
    ],
)
def test_what_cannot_be_a_hook_is_refused(
    events: list[str], command: str | None, url: str | None, sentence: str
) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        make_hook("h", events, command=command, url=url, now=NOW)


def test_a_success_ends_the_telling() -> None:
    assert replace(DELIVERY, state=DeliveryState.DELIVERED, tries=1) == tried(DELIVERY, "", now=NOW)


def test_failures_are_tried_again_ever_later_and_then_given_up() -> None:
    one, pauses = DELIVERY, []
    while one.state is DeliveryState.PENDING:
        one = tried(one, "refused", now=NOW)
        pauses.append(one.next_try_at - NOW)

    assert (DeliveryState.FAILED, len(PAUSES) + 1, "refused") == (one.state, one.tries, one.error)
    assert list(PAUSES) == pauses[:-1]
