# SPDX-License-Identifier: GPL-2.0-or-later
"""For gdb: prints of each thread of the core file, a line of JSON each, the addresses
of its frames and the words where its PC and its stack pointer point."""

import json

import gdb


def words(address):
    try:
        memory = gdb.selected_inferior().read_memory(address, 16).tobytes()
    except gdb.MemoryError:
        return None
    return " ".join(f"{int.from_bytes(memory[at:at + 8], 'little'):016x}" for at in (0, 8))


def frames():
    frame = gdb.newest_frame()
    while frame:
        # An inlined function has the frame of its caller
        if frame.type() != gdb.INLINE_FRAME:
            yield hex(frame.pc())
        frame = frame.older()


for thread in gdb.selected_inferior().threads():
    thread.switch()
    registers = {name: int(gdb.parse_and_eval(f"(unsigned long)${name}")) for name in ("pc", "sp")}
    print(json.dumps({"pid": thread.ptid[1], "frames": list(frames()),
                      "pc": words(registers["pc"]), "sp": words(registers["sp"])}))
