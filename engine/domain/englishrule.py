"""What a sentence wishes for as one RRULE, and an RRULE as a sentence."""

from dataclasses import dataclass, field

from engine.domain.errors import InvalidSchedule
from engine.domain.phrases import MONTHS, WEEKDAYS, Words
from engine.domain.ruleparts import Frequency, Parts
from engine.domain.ruletext import WEEKDAYS as CODES
from engine.domain.ruletext import rrule

Time = tuple[int, int]
_FREQUENCIES = {
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
_UNITS = {frequency: unit for unit, frequency in _FREQUENCIES.items()}
_WORKING = tuple((0, day) for day in range(5))
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


@dataclass(slots=True)
class Wish:
    """The parts of a sentence about when something recurs."""

    unit: str | None = None
    interval: int = 1
    weekdays: list[int] = field(default_factory=list)
    nth: list[tuple[int, int]] = field(default_factory=list)
    """Such as the last Friday: (-1, 4)."""
    positions: list[int] = field(default_factory=list)
    """Such as the first working day: 1."""
    month_days: list[int] = field(default_factory=list)
    dates: list[tuple[int, int]] = field(default_factory=list)
    """(month, day)."""
    months: list[int] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    minute: int | None = None
    window: tuple[Time, Time] | None = None
    count: int | None = None
    without: list[int] = field(default_factory=list)
    """Weekdays that are left out."""
    part: str = ""
    """The part of the day that was named, such as an evening."""
    hours_of_part: tuple[int, ...] = ()


def rrule_of(wish: Wish, words: Words) -> str:
    """Return the RRULE that says all of the wish.

    Raises:
        InvalidSchedule: one rule cannot say it.
    """
    _leave_out(wish, words)
    _check_part(wish, words)
    kinds = [wish.weekdays, wish.nth, wish.positions, wish.month_days, wish.dates]
    if sum(map(bool, kinds)) > 1:
        raise _refused(words, "weekdays, counted weekdays and days of the month cannot be mixed in one rule")
    if wish.unit is None and not any(kinds):
        raise _refused(words, "it does not say how often, such as `every day`")
    if len(wish.positions) > 0 and len(wish.times) > 1:
        raise _refused(words, "the nth weekday can have one time only")
    frequency, interval = _step(wish, words)
    parts = {
        "FREQ": frequency,
        "INTERVAL": "" if interval == 1 else str(interval),
        "BYMONTH": _numbers([*wish.months, *(month for month, _ in wish.dates)]),
        "BYMONTHDAY": _month_days(wish, words),
        "BYDAY": _weekdays(wish),
        "BYHOUR": _numbers(_hours(wish, words)),
        "BYMINUTE": _numbers(_minutes(wish, words)),
        "BYSETPOS": _numbers(wish.positions),
        "COUNT": "" if wish.count is None else str(wish.count),
    }
    text = ";".join(f"{name}={value}" for name, value in parts.items() if value)
    rrule(text)
    return text


def _leave_out(wish: Wish, words: Words) -> None:
    """Turn what is left out into what is left."""
    if not wish.without:
        return
    if not wish.weekdays and (wish.unit, wish.interval) != ("day", 1):
        raise _refused(words, "weekdays can be left out of `every day` or of other weekdays only")
    wish.weekdays = [day for day in wish.weekdays or range(7) if day not in wish.without]
    if not wish.weekdays:
        raise _refused(words, "no day is left")


def _check_part(wish: Wish, words: Words) -> None:
    strange = [hour for hour, _ in wish.times if wish.part and hour not in wish.hours_of_part]
    if strange:
        raise _refused(words, f"{strange[0]}:00 is in no {wish.part}; say the hour as 0 to 23, or with am or pm")


def _step(wish: Wish, words: Words) -> tuple[str, int]:
    if wish.unit in ("minute", "hour"):
        if wish.times:
            raise _refused(words, f"every {wish.unit} and a time contradict each other")
        if wish.window is None:
            return _FREQUENCIES[wish.unit], wish.interval
        return ("WEEKLY" if wish.weekdays else "DAILY"), 1
    if wish.window:
        raise _refused(words, "a window needs `every N minutes` or `every N hours`")
    if wish.unit is not None:
        return _FREQUENCIES[_fitting(wish, wish.unit, words)], wish.interval
    if wish.dates:
        return "YEARLY", 1
    return ("WEEKLY" if wish.weekdays else "MONTHLY"), 1


def _fitting(wish: Wish, unit: str, words: Words) -> str:
    """Return the unit in which the wished days can be counted."""
    is_counted = bool(wish.nth or wish.positions or wish.month_days)
    if (is_counted and unit not in ("month", "year")) or (wish.dates and unit != "year"):
        raise _refused(words, f"these days cannot be counted by the {unit}")
    if unit == "year" and (wish.positions or wish.month_days) and not wish.months:
        raise _refused(words, "days of the year are said as `24 december`")
    return unit


def _weekdays(wish: Wish) -> str:
    if wish.positions:
        return ",".join(CODES[:5])
    days = [CODES[day] for day in sorted(set(wish.weekdays))]
    return ",".join([*days, *(f"{nth}{CODES[day]}" for nth, day in sorted(set(wish.nth)))])


def _month_days(wish: Wish, words: Words) -> str:
    if len(wish.dates) > 1:
        raise _refused(words, "one rule can name one date of the year only")
    return _numbers([*wish.month_days, *(day for _, day in wish.dates)])


def _hours(wish: Wish, words: Words) -> list[int]:
    if wish.window is None:
        return [hour for hour, _ in wish.times]
    (begin, _), (end, _) = wish.window
    hours = list(range(begin, end or 24, wish.interval if wish.unit == "hour" else 1))
    if not hours:
        raise _refused(words, "the window ends before it begins")
    return hours


def _minutes(wish: Wish, words: Words) -> list[int]:
    if wish.minute is not None:
        if wish.unit != "hour" or wish.window:
            raise _refused(words, "`at minute` belongs to `every hour`")
        return [wish.minute]
    if wish.window is not None:
        return _window_minutes(wish, words)
    found = sorted({minute for _, minute in wish.times})
    if len(found) > 1 and len({(h, m) for h in {h for h, _ in wish.times} for m in found}) != len(set(wish.times)):
        raise _refused(words, "one rule cannot name hours with different minutes; make two schedules of it")
    return found


def _window_minutes(wish: Wish, words: Words) -> list[int]:
    assert wish.window is not None
    (_, begin), (_, end) = wish.window
    if wish.unit == "hour":
        if begin != end:
            raise _refused(words, "the window must begin and end at the same minute of the hour")
        return [begin]
    if begin or end or 60 % wish.interval:
        raise _refused(words, "a window of minutes begins and ends at full hours, and its step divides an hour")
    return list(range(0, 60, wish.interval))


def _numbers(numbers: list[int]) -> str:
    return ",".join(map(str, sorted(set(numbers))))


def _refused(words: Words, reason: str) -> InvalidSchedule:
    return InvalidSchedule(f"`{words.text}` was understood, but {reason}")


def sentence_of(parts: Parts) -> str | None:
    """Return the sentence that most likely says the rule; None where no sentence is known."""
    days = parts.days
    if parts.until is not None or parts.second is not None or days.year_days or days.weeks:
        return None
    if (window := _window_sentence(parts)) is not None:
        return _joined(window, parts)
    step = _step_words(parts)
    if step is None:
        return None
    clock = _clock_words(parts)
    return None if clock is None else _joined(f"{step}{clock}", parts)


def _joined(text: str, parts: Parts) -> str:
    return text + (f", {parts.count} times" if parts.count is not None else "")


def _step_words(parts: Parts) -> str | None:
    days, unit = parts.days, _UNITS[parts.frequency]
    every = f"every {unit}" if parts.interval == 1 else f"every {parts.interval} {unit}s"
    if parts.frequency is Frequency.YEARLY and len(days.months) == len(days.month_days) == 1:
        return f"{every} on {days.month_days[0]} {MONTHS[days.months[0] - 1]}"
    months = f" in {_listed([MONTHS[month - 1] for month in days.months])}" if days.months else ""
    if parts.positions:
        if days.weekdays != _WORKING:
            return None
        return f"{every} on the {_ordinals(parts.positions)} weekday{months}"
    if days.month_days:
        return f"{every} on the {_ordinals(days.month_days)} day{months}"
    if any(nth for nth, _ in days.weekdays):
        return _counted_words(parts, every, months)
    if parts.frequency is Frequency.WEEKLY and days.weekdays and parts.interval == 1:
        return f"every {_day_names(parts)}{months}"
    return f"{every} on {_day_names(parts)}{months}" if days.weekdays else every + months


def _counted_words(parts: Parts, every: str, months: str) -> str | None:
    names = [f"the {_ordinals((nth,))} {WEEKDAYS[day]}" for nth, day in parts.days.weekdays if nth]
    return f"{every} on {' and on '.join(names)}{months}" if len(names) == len(parts.days.weekdays) else None


def _day_names(parts: Parts) -> str:
    if parts.days.weekdays == _WORKING:
        return "weekday"
    return _listed([WEEKDAYS[day] for _, day in parts.days.weekdays])


def _ordinals(numbers: tuple[int, ...]) -> str:
    return _listed([_NTH.get(number, f"{number}{_ending(number)}") for number in numbers])


def _ending(number: int) -> str:
    return "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _clock_words(parts: Parts) -> str | None:
    if parts.frequency is Frequency.HOURLY and parts.minutes and not parts.hours:
        return f" at minute {parts.minutes[0]}" if len(parts.minutes) == 1 else None
    if not parts.hours:
        return None if parts.minutes else ""
    if not parts.minutes:
        return None
    times = [f"{hour}:{minute:02}" for hour in parts.hours for minute in parts.minutes]
    return f" at {_listed(times)}" if len(times) <= 8 else None


def _window_sentence(parts: Parts) -> str | None:
    """Return `every 15 minutes between 9:00 and 17:00`, where the hours and minutes come from a window."""
    hours, minutes = parts.hours, parts.minutes
    is_daily = parts.frequency in (Frequency.DAILY, Frequency.WEEKLY) and parts.interval == 1
    if not (is_daily and len(hours) > 2 and minutes) or parts.positions or parts.days.months:
        return None
    step = hours[1] - hours[0]
    if tuple(range(hours[0], hours[-1] + 1, step)) != hours:
        return None
    if len(minutes) == 1:
        end = (hours[-1] + 1) % 24
        unit = "hour" if step == 1 else f"{step} hours"
    else:
        end, unit = (hours[-1] + 1) % 24, f"{minutes[1] - minutes[0]} minutes"
    days = f" on {_day_names(parts)}" if parts.days.weekdays else ""
    at = minutes[0]
    return f"every {unit} between {hours[0]}:{at:02} and {end}:{at:02}{days}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
