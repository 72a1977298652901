# Nests XML deeper than any stack, and expands entities without end.
# expect: out_of_fuel
import xml.etree.ElementTree as E

try:
    E.fromstring("<!DOCTYPE x [" + "<!ENTITY a0 'x'>" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(30)) + "]><x>&a30;</x>")
except E.ParseError:
    pass
tree = E.fromstring("<a>" * 10_000 + "</a>" * 10_000)
E.tostring(tree)
