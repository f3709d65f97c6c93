"""The quick answer and the one that explains itself are the same answer."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.json import Json
from engine.dsl.check import Checker
from engine.dsl.predicates import predicate
from engine.dsl.problems import Marks, Problems
from engine.dsl.schema import SECTIONS
from engine.dsl.shapes import Anything, Choice, Either, Entries, Items, Record, Scalar, Shape
from engine.dsl.version import FIRST, LATEST, Version

ODD: st.SearchStrategy[Json] = st.sampled_from(
    [None, "", "x", 0, 1.5, True, [], {}, [None], {"x": None}, {"type": "x"}, {"target": {}}]
)


def values_near(shape: Shape) -> st.SearchStrategy[Json]:
    """Return values that mostly have the shape, with something odd in them now and then."""
    match shape:
        case Anything():
            near: st.SearchStrategy[Json] = ODD
        case Scalar():
            near = st.sampled_from([kind() for kind in shape.kinds])
        case Choice():
            near = st.sampled_from(shape.values)
        case Items():
            near = st.lists(values_near(shape.item), max_size=3)
        case Entries():
            near = st.dictionaries(st.sampled_from("ab"), values_near(shape.value), max_size=2)
        case Record():
            near = _records(shape)
        case Either():
            near = st.one_of(st.just("x"), values_near(shape.long))
    return st.one_of(near, near, near, near, ODD)


def _records(shape: Record) -> st.SearchStrategy[Json]:
    required = {name: values_near(field.shape) for name, field in shape.fields.items() if field.required}
    optional = {name: values_near(field.shape) for name, field in shape.fields.items() if not field.required}
    return st.fixed_dictionaries(required, optional=optional)


NEAR = {name: values_near(field.shape).filter(lambda one: one is not None) for name, field in SECTIONS.items()}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SECTIONS)), st.sampled_from([None, FIRST, LATEST]), st.data())
def test_what_fits_at_a_glance_is_what_has_no_problems(
    section: str, version: Version | None, data: st.DataObject
) -> None:
    value = data.draw(NEAR[section])
    problems = Problems(Marks())
    Checker(problems, version).check(SECTIONS[section].shape, {section: value}, section)

    assert (not problems.found) == predicate(SECTIONS[section].shape, version)(value)
