"""The laws of laying a client's words over a template's."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from okrmodel.problems import Place
from okrmodel.reading.node import Node, merged, node, planted
from okrmodel.reading.yaml_text import Document, read_yaml

LIBRARY, CLIENT = "library/a.yaml", "metrics.yaml"

scalars = st.integers() | st.text(max_size=3) | st.booleans()
names = st.sampled_from("abcd")
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
mappings = st.dictionaries(names, trees, max_size=4)


def of(content: Any, file: str) -> Node:
    return node(Document(file, content), (), content)


def plain(tree: Node) -> Any:
    return planted(tree, (), {}, {})


def over(below: Any, above: Any) -> Any:
    return plain(merged(of(below, LIBRARY), of(above, CLIENT)))


@given(trees)
def test_a_tree_with_places_is_the_same_tree(content: Any) -> None:
    assert plain(of(content, LIBRARY)) == content


@given(mappings)
def test_without_overrides_it_is_the_template(template: dict[str, Any]) -> None:
    assert over(template, {}) == template


@given(mappings)
def test_over_nothing_it_is_the_overrides(own: dict[str, Any]) -> None:
    assert over({}, own) == own


@given(mappings, mappings)
def test_an_override_wins_and_what_is_not_overridden_stays(
    template: dict[str, Any], own: dict[str, Any]
) -> None:
    found = over(template, own)
    assert found.keys() == template.keys() | own.keys()
    for key, value in found.items():
        if key not in own:
            assert value == template[key]
        elif isinstance(own[key], dict) and isinstance(template.get(key), dict):
            assert value == over(template[key], own[key])
        else:
            assert value == own[key]


@given(mappings, mappings)
def test_once_is_enough(template: dict[str, Any], own: dict[str, Any]) -> None:
    assert over(over(template, own), own) == over(template, own)


@given(mappings, mappings, st.randoms())
def test_the_order_of_overrides_does_not_matter(
    template: dict[str, Any], own: dict[str, Any], chance: Any
) -> None:
    shuffled = list(own.items())
    chance.shuffle(shuffled)
    assert over(template, dict(shuffled)) == over(template, own)


@given(mappings, mappings)
def test_overrides_of_different_keys_may_come_one_after_the_other(
    template: dict[str, Any], own: dict[str, Any]
) -> None:
    found: Any = template
    for key, value in own.items():
        found = over(found, {key: value})
    assert found == over(template, own)


@given(mappings, names)
def test_an_empty_value_takes_a_key_of_the_template_out(template: dict[str, Any], key: str) -> None:
    found = over(template, {key: None})
    if key in template:
        assert found == {name: value for name, value in template.items() if name != key}
    else:
        # It stays as it is written, and is judged as it would be without a template.
        assert found == {**template, key: None}


@given(mappings, mappings)
def test_each_value_has_the_place_where_it_was_written(
    template: dict[str, Any], own: dict[str, Any]
) -> None:
    tree = merged(of(template, LIBRARY), of(own, CLIENT))
    mine = {path for path, _ in of(own, CLIENT).leaves()}
    for path, leaf in tree.leaves():
        assert leaf.place == Place(CLIENT if path in mine else LIBRARY)


def test_places_come_from_the_text() -> None:
    document, _ = read_yaml("a: { b: 1 }\nc: [2, 3]\n", LIBRARY)
    values: dict[Any, Place] = {}
    keys: dict[Any, Place] = {}
    content = planted(node(document, (), document.content), ("x",), values, keys)
    assert content == {"a": {"b": 1}, "c": [2, 3]}
    assert values["x", "c", 1] == Place(LIBRARY, 2, 8)
    assert keys["x", "a", "b"] == Place(LIBRARY, 1, 6)
