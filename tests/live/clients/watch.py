"""What a watcher of one execution sees with the Python package `websockets`: a frame a line, then the close code.

watch.py URL TOKEN
"""

import asyncio
import sys

import websockets


async def main(url: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with websockets.connect(url, additional_headers=headers, subprotocols=["hearth.v1"]) as socket:
        assert socket.subprotocol == "hearth.v1", socket.subprotocol
        try:
            while True:
                print(await asyncio.wait_for(socket.recv(), 30), flush=True)
        except websockets.ConnectionClosed as closed:
            print(closed.rcvd.code, flush=True)


asyncio.run(main(sys.argv[1], sys.argv[2]))
