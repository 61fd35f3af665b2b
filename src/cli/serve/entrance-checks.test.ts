import { once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import { connect, createServer as createNetServer, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ANSWER_CONTENT_SECURITY_POLICY } from "@/server/security-headers";
import { canonicaliseRequestTarget } from "@/server/intake/ingestion-paths";
import { withEntranceChecks } from "./entrance-checks";
import { createHttpServer, endConnections, serveConnection } from "./http-server";

let server: Server;
let listener: ReturnType<typeof createNetServer>;
let port: number;
let seen: IncomingMessage[] = [];

/** Starts a server behind the door, as in the program, on a port that APP_URL names. */
async function start(appUrlOf: (port: number) => string, trustedProxies: string[] = []): Promise<void> {
  seen = [];
  listener = createNetServer((socket) => serveConnection(server, socket, Buffer.alloc(0))).listen(0);
  await once(listener, "listening");
  ({ port } = listener.address() as AddressInfo);
  server = createHttpServer(
    withEntranceChecks({ appUrl: appUrlOf(port), trustedProxies }, (request, response) => {
      seen.push(request);
      response.writeHead(200, { "content-type": "text/html" }).end("<p>hello</p>");
    }),
  );
}
afterEach(async () => {
  await endConnections(server, { idleMs: 0, boundMs: 0 });
  listener.close();
});

/** Sends raw bytes. @returns status, headers and body of the answer */
async function raw(text: string): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  const socket = connect(port, "127.0.0.1");
  socket.end(text.replaceAll("\n", "\r\n"));
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const [line = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((each) => [each.split(":")[0]!.toLowerCase(), each.slice(each.indexOf(":") + 2)]),
  );
  return { status: Number(line.split(" ")[1]), headers, body };
}
const get = (path: string, host: string, more = "") =>
  raw(`GET ${path} HTTP/1.1\nHost: ${host}\n${more}Connection: close\n\n`);

test("requests that servers read in different ways, and TRACE, are refused", async () => {
  await start((own) => `http://localhost:${own}`);
  const host = `localhost:${port}`;
  const refused = [
    [`GET / HTTP/1.1\nHost: ${host}\nHost: evil.example\nConnection: close\n\n`, 400],
    [`GET / HTTP/1.1\nHost: ${host}\nhost: ${host}\nConnection: close\n\n`, 400],
    [`GET http://${host}/ HTTP/1.1\nHost: ${host}\nConnection: close\n\n`, 400],
    [`GET http://evil.example/ HTTP/1.1\nHost: ${host}\nConnection: close\n\n`, 400],
    [`OPTIONS * HTTP/1.1\nHost: ${host}\nConnection: close\n\n`, 400],
    [`GET /projects/prj_1/executions/%E0%A4%A HTTP/1.1\nHost: ${host}\nConnection: close\n\n`, 400],
    [`TRACE / HTTP/1.1\nHost: ${host}\nCookie: a=b\nConnection: close\n\n`, 405],
    [`GET / HTTP/1.1\nConnection: close\n\n`, 400],
  ] as const;
  for (const [text, status] of refused) expect([text, (await raw(text)).status]).toEqual([text, status]);
  expect(seen).toEqual([]);
  expect((await get("/", host)).status).toBe(200);
});

test("a page gets no large body, whatever the method; handlers that limit bodies get theirs", async () => {
  await start((own) => `http://localhost:${own}`);
  const send = async (method: string, path: string, body: { length: number } | "chunked") => {
    const framing = body === "chunked" ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`;
    const text = body === "chunked" ? "0\n\n" : "x".repeat(body.length);
    const answer = await raw(
      `${method} ${path} HTTP/1.1\nHost: localhost:${port}\n${framing}\nConnection: close\n\n${text}`,
    );
    return answer.status;
  };
  for (const path of [
    "/",
    "/sign-in",
    "/unsubscribe/token",
    "/e/../sign-in",
    "/api/%2e%2E/sign-in",
    "//e/key",
    "/API/x",
  ])
    for (const method of ["POST", "PUT", "GET"]) {
      expect([path, method, await send(method, path, { length: 16_385 })]).toEqual([path, method, 413]);
      expect([path, method, await send(method, path, "chunked")]).toEqual([path, method, 413]);
    }
  expect(seen).toEqual([]);
  expect(await send("POST", "/unsubscribe/token", { length: 26 })).toBe(200);
  for (const path of ["/e/key", "/api/trpc/account.me", "/api/v1/projects/p/a%2Fb", "/mcp", "/mcp?a=b"])
    expect([path, await send("POST", path, { length: 16_385 }), await send("POST", path, "chunked")]).toEqual([
      path,
      200,
      200,
    ]);
});

test("a session acts under the name of APP_URL only; senders with a key may use any", async () => {
  await start(() => "https://triggers.example.com");
  for (const host of ["triggers.example.com", "Triggers.Example.com", "triggers.example.com:443"])
    expect([host, (await get("/projects", host)).status]).toEqual([host, 200]);
  for (const host of [
    `localhost:${port}`,
    `127.0.0.1:${port}`,
    "evil.example",
    "triggers.example.com.evil.example",
    "triggers.example.com:8443",
  ])
    for (const path of [
      "/",
      "/projects/prj_1",
      "/api/trpc/account.me",
      "/api/auth/get-session",
      "/api",
      "/_next/static/x.js",
      "/e/../projects",
      "/e/%2e%2e/projects",
      "/api/healthy",
      "/e//..\\x",
    ])
      expect([host, path, (await get(path, host)).status]).toEqual([host, path, 421]);
  for (const path of [
    "/e/tsk_1",
    "/api/inngest?fnId=a",
    "/api/health",
    "/api/engine",
    "/api/v1/events",
    "/api/public/otel/v1/traces",
    canonicaliseRequestTarget("/v1/traces"),
  ])
    expect([path, (await get(path, "10.1.2.3:8080")).status]).toEqual([path, 200]);
  expect((await get("/", "evil.example")).body).toContain("reached at https://triggers.example.com");
});

test("without APP_URL only this machine's own names count, with the port", async () => {
  await start((own) => `http://localhost:${own}`);
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
    expect([host, (await get("/", host)).status]).toEqual([host, 200]);
  for (const host of [
    "localhost",
    "127.0.0.1:1",
    "evil.example",
    `evil.example:${port}`,
    `127.0.0.1.nip.io:${port}`,
    `10.9.8.7:${port}`,
    `localhost.evil.example:${port}`,
  ])
    expect([host, (await get("/", host)).status]).toEqual([host, 421]);
});

test("every answer has a Content-Security-Policy, and an https APP_URL adds Strict-Transport-Security", async () => {
  await start(() => "https://triggers.example.com");
  for (const host of ["triggers.example.com", "evil.example"])
    expect((await get("/", host)).headers).toMatchObject({
      "content-security-policy": ANSWER_CONTENT_SECURITY_POLICY,
      "strict-transport-security": "max-age=31536000",
    });
  await endConnections(server, { idleMs: 0, boundMs: 0 });
  listener.close();
  await start((own) => `http://localhost:${own}`);
  expect((await get("/", `localhost:${port}`)).headers).not.toHaveProperty("strict-transport-security");
});

test("the sender's address is the connection's; X-Forwarded-For counts from a trusted proxy only", async () => {
  const forwarded = "X-Forwarded-For: 6.6.6.6, 203.0.113.7\nX-Client-Ip: 6.6.6.6\n";
  await start((own) => `http://localhost:${own}`);
  await get("/", `localhost:${port}`, forwarded);
  expect(seen[0]!.headers).toMatchObject({ "x-client-ip": "127.0.0.1", "x-client-forwarded": "yes" });
  await get("/", `localhost:${port}`, "X-Client-Forwarded: yes\n");
  expect(seen[1]!.headers["x-client-forwarded"]).toBe("no");
  await endConnections(server, { idleMs: 0, boundMs: 0 });
  listener.close();
  await start((own) => `http://localhost:${own}`, ["127.0.0.0/8"]);
  await get("/", `localhost:${port}`, forwarded);
  expect(seen[0]!.headers["x-client-ip"]).toBe("203.0.113.7");
});
