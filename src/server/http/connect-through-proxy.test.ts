import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startReceiver, type Receiver } from "@/test/receiver";
import { createSender, type SendResult, type Sender } from "./send";

/** A real CONNECT proxy. It leads every destination to the receiver, or answers with a status of its own. */
describe("through an egress proxy", () => {
  let receiver: Receiver;
  let proxy: Server;
  let sender: Sender;
  let status: number | "silence" | "hang-up";
  let tunnels: { authority: string | undefined; credentials: string | undefined }[];
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    receiver = await startReceiver({ tls: "valid" });
    status = 200;
    tunnels = [];
    proxy = createServer().on("connection", (socket: Socket) => sockets.add(socket));
    proxy.on("connect", (request, socket) => {
      tunnels.push({ authority: request.url, credentials: request.headers["proxy-authorization"] });
      socket.on("error", () => undefined);
      if (status === "silence") return;
      if (status === "hang-up") return void socket.destroy();
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const upstream = connect(receiver.port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connected\r\n\r\n");
        socket.pipe(upstream).pipe(socket);
      });
      upstream.on("error", () => socket.destroy());
      sockets.add(upstream);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    sender = createSender({
      policy: { allowHttp: false, allowedPorts: [], allowedHosts: ["localhost:443"] },
      proxyUrl: `http://user:p%40ss@127.0.0.1:${port}`,
      extraCa: receiver.ca,
      resolve: () => Promise.reject(new Error("the proxy resolves, not this program")),
    });
  });
  afterEach(async () => {
    await sender.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((resolve) => proxy.close(resolve));
    await receiver.close();
  });

  const send = (url: string, connectMs = 5000): Promise<SendResult> =>
    sender.send({
      url,
      method: "POST",
      headers: {},
      body: "{}",
      timeouts: { connectMs, headersMs: 5000, totalMs: 10_000 },
    });

  test("a request uses a kept tunnel with the proxy's credentials, and checks the server's certificate", async () => {
    expect(await send("https://localhost/200")).toMatchObject({ kind: "response", status: 200 });
    // A connection is free again one turn of the event loop after its response.
    await nextTurn();
    await nextTurn();
    expect(await send("https://localhost/200")).toMatchObject({ kind: "response", status: 200 });
    expect(tunnels).toEqual([{ authority: "localhost:443", credentials: `Basic ${btoa("user:p@ss")}` }]);
    expect(receiver.requests[0]?.headers).not.toHaveProperty("proxy-authorization");
    expect(await send("https://hooks.example.com/200")).toMatchObject({ kind: "error", code: "tls" });
  });

  test("URLs are checked before the proxy is asked; the proxy resolves names", async () => {
    expect(await send("https://127.0.0.1/")).toMatchObject({ code: "blocked", stage: "ip" });
    expect(await send("https://metadata.google.internal/")).toMatchObject({ code: "blocked", stage: "name" });
    expect(tunnels).toEqual([]);
    expect(await sender.check("https://hooks.example.com/")).toEqual({ ok: true });
  });

  test.each([
    [403, "blocked"],
    [407, "blocked"],
    [502, "refused"],
    ["hang-up", "refused"],
    ["silence", "timeout"],
  ] as const)("where it answers %s, the error is %s, and it is asked once", async (answer, code) => {
    status = answer;
    const connectMs = answer === "silence" ? 1_000 : 5_000;
    expect(await send("https://hooks.example.com/", connectMs)).toMatchObject({
      kind: "error",
      code,
      phase: "connect",
    });
    expect(tunnels).toHaveLength(1);
  });
});
