// What a watcher of one execution sees with Node's own WebSocket, which is that of browsers: a frame a line, then the close code.
// watch.mjs URL TOKEN
const [url, token] = process.argv.slice(2);
const socket = new WebSocket(url, ["hearth.v1", `bearer.${Buffer.from(token).toString("base64url")}`]);
socket.onopen = () => {
  if (socket.protocol !== "hearth.v1") throw new Error(`the subprotocol is ${socket.protocol}`);
};
socket.onmessage = ({ data }) => console.log(data);
socket.onclose = ({ code }) => console.log(code);
