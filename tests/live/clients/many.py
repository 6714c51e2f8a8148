"""Opens many sockets that watch a model, says so in a line, and waits to be killed.

many.py HOST PORT TOKEN COUNT
"""

import asyncio
import base64
import os
import sys


def masked(text: bytes) -> bytes:
    key = os.urandom(4)
    return bytes([0x81, 0x80 | len(text)]) + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(text))


async def one(host: str, port: int, token: str):
    reader, writer = await asyncio.open_connection(host, port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /ws HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    )
    writer.write(masked(b'{"type":"subscribe","channel":"records:items"}'))
    await reader.readuntil(b'"live"')
    return writer


async def main(host: str, port: str, token: str, count: str) -> None:
    sockets = []
    for _ in range(0, int(count), 50):
        sockets += await asyncio.gather(*(one(host, int(port), token) for _ in range(50)))
    print(len(sockets), flush=True)
    await asyncio.sleep(600)


asyncio.run(main(*sys.argv[1:]))
