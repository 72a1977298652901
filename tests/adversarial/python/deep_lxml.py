# Nests XML and its entities in a parser of C.
# expect: completed 0
from lxml import etree

bomb = "<!DOCTYPE x [<!ENTITY a0 'x'>" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(30)) + "]><x>&a30;</x>"
for source in (bomb, "<a>" * 500_000 + "</a>" * 500_000):
    try:
        etree.tostring(etree.fromstring(source, etree.XMLParser(huge_tree=True)))
    except etree.XMLSyntaxError:
        pass
