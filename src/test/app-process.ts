import { createServer } from "node:http";
import { receiveEvents } from "@/server/event-intake";
import { getRuntime } from "@/server/runtime";

/*
 * The running program without its pages, as a process of its own that a test can kill: the runtime with its engine,
 * and the event endpoint on a port of its own, which it tells its parent.
 */

const runtime = await getRuntime();
const server = createServer((incoming, outgoing) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? "/", "http://localhost");
    const request = new Request(url, { method: "POST", headers: incoming.headers as Record<string, string>, body: Buffer.concat(chunks) });
    const response = await receiveEvents(runtime, request, url.pathname.split("/").at(-1)!);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  })();
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as { port: number }).port }));
// The parent is gone: a process that nobody waits for must not stay.
process.on("disconnect", () => process.exit(0));
