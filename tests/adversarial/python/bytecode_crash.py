# Crashes the interpreter with bytecode that indexes far outside its constants.
# expect: trap
import opcode

load = opcode.opmap["LOAD_CONST"]
extended = opcode.opmap["EXTENDED_ARG"]


def victim():
    return None


code = bytes([opcode.opmap["RESUME"], 0, extended, 255, extended, 255, extended, 255, load, 255])
victim.__code__ = victim.__code__.replace(co_code=code + bytes([opcode.opmap["RETURN_VALUE"], 0]))
victim()
