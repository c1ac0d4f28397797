# SPDX-License-Identifier: GPL-2.0-or-later
"""The shape of a JSON document: which keys its objects have, of which types.

A shape is a type (str, int, bool, dict for an open bag), a compiled pattern for
strings, a tuple of the words allowed, a list of one shape for a list of these, or
an object: {"key!": shape, "key": shape}, where ! marks what must be there. An
object has no other keys.
"""

import re


def wrong(value, shape, where=""):
    """What is not as `shape` says, one line each."""
    if isinstance(shape, dict):
        yield from wrong_object(value, shape, where)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield "%s: expected a list, found %r" % (where, value)
        else:
            for index, item in enumerate(value):
                yield from wrong(item, shape[0], "%s/%d" % (where, index))
    elif isinstance(shape, tuple):
        if value not in shape:
            yield "%s: expected one of %s, found %r" % (where, shape, value)
    elif isinstance(shape, re.Pattern):
        if not isinstance(value, str) or not shape.search(value):
            yield "%s: expected %s, found %r" % (where, shape.pattern, value)
    elif type(value) is not shape:
        yield "%s: expected %s, found %r" % (where, shape.__name__, value)


def wrong_object(value, shape, where):
    if not isinstance(value, dict):
        yield "%s: expected an object, found %r" % (where, value)
        return
    shapes = {key.rstrip("!"): one for key, one in shape.items()}
    for key in shape:
        if key.endswith("!") and key[:-1] not in value:
            yield "%s: lacks %s" % (where, key[:-1])
    for key, item in value.items():
        if key not in shapes:
            yield "%s: has %s, which nobody knows" % (where, key)
        else:
            yield from wrong(item, shapes[key], "%s/%s" % (where, key))


def strings(value):
    """Every string in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def against_schema(value, path):
    """What the JSON Schema at `path` refuses."""
    import json

    import jsonschema

    schema = json.load(open(path))
    kind = jsonschema.validators.validator_for(schema)
    for error in kind(schema, format_checker=jsonschema.FormatChecker()).iter_errors(value):
        yield "/%s: %s" % ("/".join(map(str, error.absolute_path)), error.message[:200])
