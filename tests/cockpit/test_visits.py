"""The history of places goes back, on, and to the last one."""

from conductor_tui.visits import MOST, Place, Visits

HOME, QUEUE, EVENTS = Place("home"), Place("queue"), Place("events")


def been(*places: Place) -> Visits:
    visits = Visits()
    for place in places:
        visits.visit(place)
    return visits


def test_back_goes_to_the_place_before_and_on_again() -> None:
    visits = been(HOME, QUEUE, EVENTS)

    assert [QUEUE, HOME, None, QUEUE] == [visits.step(-1), visits.step(-1), visits.step(-1), visits.step(1)]


def test_a_place_shown_again_is_no_second_visit() -> None:
    assert [HOME, QUEUE] == been(HOME, HOME, QUEUE, QUEUE).places


def test_another_way_forgets_what_was_ahead() -> None:
    visits = been(HOME, QUEUE)
    visits.step(-1)
    visits.visit(HOME)
    visits.visit(EVENTS)

    assert [HOME, EVENTS] == visits.places


def test_what_is_shown_on_the_way_is_no_visit() -> None:
    visits = been(HOME, QUEUE)
    visits.step(-1)
    visits.visit(EVENTS)
    visits.visit(HOME)

    assert [HOME, QUEUE] == visits.places
    assert HOME == visits.here


def test_the_last_place_is_the_one_before_this() -> None:
    assert QUEUE == been(HOME, QUEUE, EVENTS).last


def test_no_more_than_some_places_are_remembered() -> None:
    visits = been(*(Place("home", "deployment", str(number)) for number in range(MOST + 5)))

    assert MOST == len(visits.places)
    assert Place("home", "deployment", str(MOST + 4)) == visits.here
