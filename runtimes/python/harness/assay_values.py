"""Values as messages between two instances.

A value is None, a bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset or dict, and so is
everything in it. An instance of a class derived from one of them is sent as what it derives from; nothing else is sent.
What is shared inside a value is sent as often as it is there, and what contains itself is refused.

The text is JSON. What JSON has no word for is an object with one key that names the type: `t` tuple, `s` set,
`f` frozenset, `d` dict, as keys and values in turn, `b` bytes, `a` bytearray, `c` complex, `i` an int beyond 64 bits.

Decoding makes objects of the types above and no others, and calls no method of any: who decodes what an enemy sent gets
a value that tells no lies, or `BadValue`.

To one who trusts the sender the same values can be said in marshal's format, which takes a fifth of the time to write and to
read. `unpack` tells the two formats apart: no text in JSON begins as a tuple does there.
"""

from _json import encode_basestring_ascii, make_encoder
from json import JSONDecoder
from marshal import dumps, loads

# Deeper or larger values are refused, on both sides of a message in JSON. One in marshal's format is bounded by its bytes.
DEEPEST = 200
MOST_VALUES = 1_000_000

_dump = make_encoder(None, None, encode_basestring_ascii, None, ":", ",", False, False, True)
_load = JSONDecoder().scan_once


class BadValue(ValueError):
    """What was to be sent, or came, is not a value."""


def encode(value):
    """`value` as a message, in bytes. Raises BadValue."""
    plain = value if type(value) in _SAID_BY_JSON else _plain(value, 0, [MOST_VALUES - 1])
    return "".join(_dump(plain, 0)).encode()


def decode(message):
    """The value that `message` holds. Raises BadValue."""
    try:
        text = bytes.decode(message, "ascii")
        plain, end = _load(text, 0)
        if end != len(text):
            raise BadValue("something follows the value")
        return _value(plain, 0, [MOST_VALUES - 1])
    except BadValue:
        raise
    except (StopIteration, ValueError, TypeError, RecursionError):
        raise BadValue("the message holds no value") from None


def pack(values):
    """`values`, a tuple, as a message to one who trusts this instance. Raises BadValue."""
    if _is_said_by_marshal(values, 0):
        try:
            return dumps(values, MARSHAL)
        except ValueError:
            pass  # encoding says why
    return encode(values)


def unpack(message):
    """The tuple that a message of `pack` holds. Only for what one can trust who sent it: marshal does not check what it reads."""
    return loads(message) if message[:1] == b"(" else decode(message)


def _is_said_by_marshal(parts, depth):
    """Whether marshal, which takes all that is a buffer for bytes, has a word for the type of each of `parts`."""
    kinds = {*map(type, parts)}
    if kinds <= FLAT:
        return True
    if depth == DEEPEST or not kinds <= _SAID_BY_MARSHAL:
        return False
    for part in parts:
        kind = type(part)
        if kind not in FLAT and not _is_said_by_marshal(part, depth + 1):
            return False
        if kind is dict and not _is_said_by_marshal(part.values(), depth + 1):
            return False
    return True


# The last version in which a value is written alike however often it is referred to.
MARSHAL = 2
# What has no parts, and nothing that could be changed.
FLAT = frozenset((type(None), bool, int, float, complex, str, bytes))
_SAID_BY_MARSHAL = FLAT | {list, tuple, dict, set, frozenset}


def _refuse(left):
    raise BadValue("the value has too many parts" if left < 0 else "the value is nested too deep, or contains itself")


def _plain(value, depth, left):
    """What JSON can say of `value`. So many more parts may come as are `left`."""
    kind = type(value)
    if kind in _SAID_BY_JSON:
        return value
    depth += 1
    if kind is int:
        return value if _LEAST <= value <= _MOST else {"i": hex(value)}
    if kind is list:
        return _plain_parts(value, depth, left)
    if kind is tuple:
        return {"t": _plain_parts(value, depth, left)}
    if kind is dict:
        return {"d": _plain_parts([part for pair in value.items() for part in pair], depth, left)}
    if kind is set or kind is frozenset:
        return {"s" if kind is set else "f": _plain_parts(list(value), depth, left)}
    if kind is bytes or kind is bytearray:
        return {"b" if kind is bytes else "a": value.hex()}
    if kind is complex:
        return {"c": [value.real, value.imag]}
    for base, same in _BASES:
        if isinstance(value, base):
            return _plain(same(value), depth, left)
    raise BadValue(f"a value of type {kind.__name__} cannot be sent")


def _plain_parts(parts, depth, left):
    """What JSON can say of each of `parts`, as a list."""
    left[0] -= len(parts)
    if left[0] < 0 or depth > DEEPEST and parts:
        _refuse(left[0])
    # Most have nothing but what JSON says, of one kind or of several: to find that out for all at once is quick.
    kinds = {*map(type, parts)}
    if kinds <= _SAID_BY_JSON or kinds == _INTS and _LEAST <= min(parts) and max(parts) <= _MOST:
        return parts
    return [part if type(part) in _SAID_BY_JSON else _plain(part, depth, left) for part in parts]


_SAID_BY_JSON = frozenset((type(None), bool, str, float))
_INTS = {int}
_LEAST, _MOST = -(2**63), 2**63 - 1

# For instances of derived classes: the base, and how to have the same value as one of the base itself.
_BASES = (
    (int, int.__pos__),
    (float, float.__pos__),
    (str, lambda value: str.__getitem__(value, slice(None))),
    (list, lambda value: list.__getitem__(value, slice(None))),
    (tuple, lambda value: (*tuple.__iter__(value),)),
    (dict, lambda value: {key: part for key, part in dict.items(value)}),
    (set, lambda value: {*set.__iter__(value)}),
    (frozenset, lambda value: frozenset(frozenset.__iter__(value))),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (bytearray, lambda value: bytearray.__getitem__(value, slice(None))),
    (complex, complex.__pos__),
)


def _value(plain, depth, left):
    """The value that JSON says. So many more parts may come as are `left`."""
    kind = type(plain)
    depth += 1
    if kind is list:
        return _values(plain, depth, left)
    if kind is not dict:
        return plain
    if len(plain) != 1:
        raise BadValue("an object names no type")
    [(tag, of)] = plain.items()
    if tag == "b" or tag == "a":
        return bytes.fromhex(of) if tag == "b" else bytearray.fromhex(of)
    if tag == "i":
        if type(of) is not str:
            raise BadValue("an int without its digits")
        return int(of, 16)
    if type(of) is not list:
        raise BadValue("an object names no type")
    if tag == "c":
        real, imaginary = of
        if type(real) is not float or type(imaginary) is not float:
            raise BadValue("a complex without its parts")
        return complex(real, imaginary)
    parts = _values(of, depth, left)
    if tag == "t":
        return tuple(parts)
    if tag == "s":
        return set(parts)
    if tag == "f":
        return frozenset(parts)
    if tag == "d" and len(parts) % 2 == 0:
        return dict(zip(parts[::2], parts[1::2]))
    raise BadValue("an object names no type")


def _values(parts, depth, left):
    """The values that JSON says, as a list."""
    left[0] -= len(parts)
    if left[0] < 0 or depth > DEEPEST and parts:
        _refuse(left[0])
    if _NESTED.isdisjoint(map(type, parts)):
        return parts
    return [_value(part, depth, left) if type(part) in _NESTED else part for part in parts]


_NESTED = frozenset((list, dict))
