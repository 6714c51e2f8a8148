"""The cases of Autobahn's test suite for servers, by their numbers, for a server that does not echo: a JSON `ping` is
answered by a `pong` with the same `id`, what is no JSON by an `error`, a binary message by 1003.

conformance.py HOST PORT TOKEN prints each case that went wrong, and at the end how many there were.
"""

import base64
import json
import os
import socket
import struct
import sys

HOST, PORT, TOKEN = sys.argv[1], int(sys.argv[2]), sys.argv[3]
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(op, payload=b"", fin=True, rsv=0, masked=True, length=None):
    length = len(payload) if length is None else length
    head = bytes([(fin << 7) | (rsv << 4) | op])
    bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([bit | length])
    elif length < 65536:
        head += bytes([bit | 126]) + struct.pack("!H", length)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    return head + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


def close(code=None, reason=b""):
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def say(text="x", length=None):
    """A JSON ping with that id, filled up with blanks."""
    made = json.dumps({"type": "ping", "id": text}, ensure_ascii=False).encode()
    return made.ljust(length or 0)


def fragments(payload, size, between=b""):
    parts = [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]
    last = len(parts) - 1
    made = [frame(TEXT if at == 0 else 0, part, fin=at == last) for at, part in enumerate(parts)]
    return between.join(made)


def octets(data):
    return [data[at : at + 1] for at in range(len(data))]


class Socket:
    def __init__(self, more=""):
        self.raw = socket.create_connection((HOST, PORT), 10)
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.raw.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {HOST}:{PORT}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {TOKEN}\r\n{more}\r\n".encode()
        )
        self.data = b""
        while b"\r\n\r\n" not in self.data:
            self.data += self.raw.recv(4096)
        self.head, self.data = self.data.split(b"\r\n\r\n", 1)
        assert b" 101 " in self.head, self.head
        assert b"welcome" in self.next()[1]

    def bytes(self, count):
        while len(self.data) < count:
            more = self.raw.recv(65536)
            if not more:
                return None
            self.data += more
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def next(self):
        """The next frame: its opcode and its payload; None at the end."""
        try:
            head = self.bytes(2)
        except ConnectionResetError:
            return None
        if head is None:
            return None
        assert head[0] & 0xF0 == 0x80 and head[1] & 0x80 == 0, f"a frame of a server is whole, plain and bare: {head}"
        size = head[1]
        if size == 126:
            (size,) = struct.unpack("!H", self.bytes(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.bytes(8))
        return head[0] & 15, self.bytes(size) if size else b""


def pong(payload=b""):
    return ("rfc", payload)


def answer(text="x"):
    return ("answer", text)


ERROR = ("error", None)


def ends(*codes):
    """The server says goodbye with one of these codes; None: without one."""
    return ("ends", codes)


def check(number, chunks, wanted, more=""):
    end = Socket(more)
    for chunk in chunks if isinstance(chunks, list) else [chunks]:
        try:
            end.raw.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            break
    if wanted[-1][0] != "ends":
        # It lives: it answers, and nothing came beside.
        end.raw.sendall(frame(TEXT, say("alive")))
        wanted = [*wanted, answer("alive")]
    for kind, value in wanted:
        op, payload = end.next() or (None, None)
        if kind == "rfc":
            assert (op, payload) == (PONG, value), (op, payload)
        elif kind == "answer":
            assert op == TEXT and json.loads(payload) == {"type": "pong", "id": value}, (op, payload)
        elif kind == "error":
            assert op == TEXT and json.loads(payload)["code"] == "bad_frame", (op, payload)
        else:
            assert op == CLOSE, (op, payload)
            code = struct.unpack("!H", payload[:2])[0] if payload else None
            assert code in value, code
            end.raw.sendall(close(code) if code else close())
            assert end.next() is None, "it goes on after the end"
    end.raw.close()


CASES = []


def case(number, chunks, *wanted, more=""):
    CASES.append((number, chunks, wanted, more))


# 1: lengths.
case("1.1.1", frame(TEXT), ERROR)
for at, length in enumerate([125, 126, 127, 128, 65535, 65536]):
    case(f"1.1.{at + 2}", frame(TEXT, say(length=length)), answer())
whole = frame(TEXT, say(length=65536))
case("1.1.8", [whole[at : at + 997] for at in range(0, len(whole), 997)], answer())
for at, length in enumerate([0, 125, 126, 127, 128, 65535, 65536]):
    case(f"1.2.{at + 1}", frame(BINARY, b"\xfe" * length), ends(1003))
# 2: pings and pongs.
case("2.1", frame(PING), pong())
case("2.2", frame(PING, b"Hello, world!"), pong(b"Hello, world!"))
case("2.3", frame(PING, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"), pong(b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff"))
case("2.4", frame(PING, b"\xfe" * 125), pong(b"\xfe" * 125))
case("2.5", frame(PING, b"\xfe" * 126), ends(1002))
case("2.6", octets(frame(PING, b"\xfe" * 125)), pong(b"\xfe" * 125))
case("2.7", frame(PONG) + frame(TEXT, say()), answer())
case("2.8", frame(PONG, b"unsolicited") + frame(TEXT, say()), answer())
case("2.9", frame(PONG, b"unsolicited") + frame(PING, b"ping"), pong(b"ping"))
many = [b"payload-%d" % at for at in range(10)]
case("2.10", [frame(PING, one) for one in many], *map(pong, many))
case("2.11", octets(b"".join(frame(PING, one) for one in many)), *map(pong, many))
# 3: reserved bits.
case("3.1", frame(TEXT, say(), rsv=1), ends(1002))
case("3.2", frame(TEXT, say()) + frame(TEXT, say(), rsv=2) + frame(PING), answer(), ends(1002))
case("3.3", [frame(TEXT, say()), frame(TEXT, say(), rsv=3), frame(PING)], answer(), ends(1002))
case("3.4", octets(frame(TEXT, say()) + frame(TEXT, say(), rsv=4) + frame(PING)), answer(), ends(1002))
case("3.5", frame(BINARY, b"\x00\xff", rsv=5), ends(1002))
case("3.6", frame(PING, b"x", rsv=6), ends(1002))
case("3.7", frame(CLOSE, rsv=7), ends(1002))
# 4: reserved opcodes.
for group, first in [("4.1", 3), ("4.2", 11)]:
    for at in range(5):
        case(f"{group}.{at + 1}", frame(first + at, b"x" if at else b""), ends(1002))
        case(f"{group}.{at + 1} after text", frame(TEXT, say()) + frame(first + at), answer(), ends(1002))
# 5: fragments.
case("5.1", frame(PING, b"one", fin=False) + frame(0, b"two"), ends(1002))
case("5.2", frame(PONG, b"one", fin=False) + frame(0, b"two"), ends(1002))
case("5.3", fragments(say(), 12), answer())
case("5.4", octets(fragments(say(), 12)), answer())
case("5.5", [frame(TEXT, say()[:9], fin=False), frame(0, say()[9:])], answer())
case("5.6", fragments(say(), 15, frame(PING, b"between")), pong(b"between"), answer())
case("5.7", octets(fragments(say(), 15, frame(PING, b"between"))), pong(b"between"), answer())
case("5.8", fragments(say(), 15, frame(PONG, b"between")), answer())
for at, fin in [(9, True), (10, True), (11, True), (12, False), (13, False), (14, False)]:
    data = frame(0, b"nothing to continue", fin=fin) + frame(TEXT, say())
    case(f"5.{at}", octets(data) if at in (11, 14) else data, ends(1002))
case("5.15", fragments(say(), 12) + frame(0, b"x", fin=False) + frame(TEXT, say()), answer(), ends(1002))
case("5.16", (frame(0, b"x", fin=False) + fragments(say(), 12)) * 2, ends(1002))
case("5.17", (frame(0, b"x") + fragments(say(), 12)) * 2, ends(1002))
case("5.18", frame(TEXT, b"one", fin=False) + frame(TEXT, b"two"), ends(1002))
two = frame(TEXT, say()[:5], fin=False) + frame(0, say()[5:9], fin=False) + frame(PING, b"1")
rest = frame(0, say()[9:12], fin=False) + frame(0, say()[12:14], fin=False) + frame(PING, b"2") + frame(0, say()[14:])
case("5.19", two + rest, pong(b"1"), pong(b"2"), answer())
case("5.20", [two, rest], pong(b"1"), pong(b"2"), answer())
# 6: UTF-8. What is valid comes back as the id.
case("6.1.1", frame(TEXT), ERROR)
case("6.1.2", frame(TEXT, fin=False) + frame(0, fin=False) + frame(0), ERROR)
case("6.1.3", frame(TEXT, fin=False) + frame(0, say(), fin=False) + frame(0), answer())
kosme = "Hello-µ@ßöäüàá-UTF-8!! κόσμε"
case("6.2.1", frame(TEXT, say(kosme)), answer(kosme))
case("6.2.2", fragments(say(kosme), 35), answer(kosme))
case("6.2.3", fragments(say(kosme), 1), answer(kosme))
case("6.2.4", octets(fragments(say("κόσμε"), 1)), answer("κόσμε"))
bad = "κόσμε".encode() + b"\xed\xa0\x80" + b"edited"
case("6.3.1", frame(TEXT, bad), ends(1007))
case("6.3.2", fragments(bad, 1), ends(1007))
# It fails at once: the message is not over yet.
case("6.4.1", frame(TEXT, "κόσμε".encode(), fin=False) + frame(0, b"\xf4\x90\x80\x80", fin=False), ends(1007))
case("6.4.2", frame(TEXT, "κόσμε".encode() + b"\xf4", fin=False) + frame(0, b"\x90", fin=False), ends(1007))
VALID = {
    "6.5": ["\u03ba\u1f79\u03c3\u03bc\u03b5"],
    "6.6": ["κ", "κό", "κόσ", "κόσμ", "κόσμε"],
    "6.7": ["\u0000", "\u0080", "\u0800", "\U00010000"],
    "6.9": ["\u007f", "\u07ff", "\uffff", "\U0010ffff"],
    "6.11": ["\ud7ff", "\ue000", "\ufffd", "\U0010ffff"],
    "6.22": ["\ufffe", "\uffff", "\U0001fffe", "\U0001ffff", "\U0002fffe", "\U0010fffe", "\U0010ffff"],
    "6.23": ["\ufffd", "\ufeff"],
}
for group, texts in VALID.items():
    for at, text in enumerate(texts):
        case(f"{group}.{at + 1}", frame(TEXT, say(text)), answer(text))
        case(f"{group}.{at + 1} in pieces", fragments(say(text), 1), answer(text))
INVALID = {
    "6.6": [b"\xce", b"\xce\xba\xe1", b"\xce\xba\xe1\xbd", b"\xce\xba\xe1\xbd\xb9\xcf"],
    "6.8": [b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80"],
    "6.10": [b"\xf7\xbf\xbf\xbf", b"\xfb\xbf\xbf\xbf\xbf", b"\xfd\xbf\xbf\xbf\xbf\xbf"],
    "6.11": [b"\xf4\x90\x80\x80"],
    "6.12": [b"\x80", b"\xbf", b"\x80\xbf", b"\x80\xbf\x80", b"\x80\xbf\x80\xbf", bytes(range(0x80, 0xC0))],
    "6.13": [b"\xc0 \xc1 ", b"\xe0 \xef ", b"\xf0 \xf7 ", b"\xf8 \xfb ", b"\xfc "],
    "6.14": [b"\xc0", b"\xe0\x80", b"\xf0\x80\x80", b"\xf8\x80\x80\x80", b"\xdf", b"\xef\xbf", b"\xf7\xbf\xbf"],
    "6.15": [b"\xc0\xe0\x80\xf0\x80\x80\xf8\x80\x80\x80"],
    "6.16": [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"],
    "6.17": [b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xf8\x80\x80\x80\xaf"],
    "6.18": [b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xf8\x87\xbf\xbf\xbf"],
    "6.19": [b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80", b"\xf8\x80\x80\x80\x80"],
    "6.20": [b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xae\x80", b"\xed\xaf\xbf", b"\xed\xb0\x80", b"\xed\xbe\x80", b"\xed\xbf\xbf"],
    "6.21": [b"\xed\xa0\x80\xed\xb0\x80", b"\xed\xaf\xbf\xed\xbf\xbf"],
}
for group, texts in INVALID.items():
    for at, text in enumerate(texts):
        case(f"{group}.{at + 1} invalid", frame(TEXT, text), ends(1007))
        case(f"{group}.{at + 1} invalid, in pieces", fragments(text, 1), ends(1007))
# 7: goodbyes.
case("7.1.1", frame(TEXT, say()) + close(1000), answer(), ends(1000))
case("7.1.2", close(1000) + close(1000), ends(1000))
case("7.1.3", close(1000) + frame(PING), ends(1000))
case("7.1.4", close(1000) + frame(TEXT, say()), ends(1000))
case("7.1.5", frame(TEXT, b"one", fin=False) + close(1000) + frame(0, b"two"), ends(1000))
case("7.1.6", frame(TEXT, say(length=65536)) + close(1000) + frame(PING), answer(), ends(1000))
case("7.3.1", close(), ends(None, 1000, 1005))
case("7.3.2", frame(CLOSE, b"a"), ends(1002))
case("7.3.3", close(1000), ends(1000))
case("7.3.4", close(1000, b"Hello World!"), ends(1000))
case("7.3.5", close(1000, b"*" * 123), ends(1000))
case("7.3.6", close(1000, b"*" * 124), ends(1002))
case("7.5.1", close(1000, bad), ends(1007, 1002))
for at, code in enumerate([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]):
    case(f"7.7.{at + 1}", close(code), ends(code))
for at, code in enumerate([0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999]):
    case(f"7.9.{at + 1}", close(code), ends(1002))
for at, code in enumerate([5000, 65535]):
    case(f"7.13.{at + 1}", close(code), ends(1002))
# 9: limits (`realtime.frame_size`), here 64 KiB.
case("9.1", frame(TEXT, say(length=65537)), ends(1009))
case("9.3", fragments(say(length=65537), 16384), ends(1009))
case("9.7", [frame(TEXT, b"x" * 100, length=1 << 40)], ends(1009))
case("9.8", [frame(TEXT, b"x" * 100, length=(1 << 63) - 1)], ends(1009))
# 10: pieces of another size than the reads.
case("10.1.1", fragments(say(length=65536), 1300), answer())
# 12, 13: no extension is negotiated, so nothing is compressed.
OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
case("12.1.1", frame(TEXT, say()), answer(), more=OFFER)
case("13.1.1", frame(TEXT, say(), rsv=4), ends(1002), more=OFFER)
# RFC 6455, 5.1: a client masks.
case("5.1 of the RFC", frame(TEXT, say(), masked=False), ends(1002))

wrong = 0
for number, chunks, wanted, more in CASES:
    try:
        check(number, chunks, wanted, more)
    except (AssertionError, OSError) as error:
        wrong += 1
        print(f"{number}: {type(error).__name__} {error}")
assert b"extensions" not in Socket(OFFER).head.lower()
print(f"{len(CASES)} cases, {wrong} wrong")
sys.exit(wrong > 0)
