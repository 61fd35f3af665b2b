import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import type { AddressInfo, Server } from "node:net";
import tls from "node:tls";
import { expect, test } from "vitest";
import { makeTls, type TlsMaterial } from "@/test/receiver-tls";
import { createSender } from "./send";

const TIMEOUTS = { connectMs: 5_000, headersMs: 5_000, totalMs: 10_000 };

/** Receivers that a TLS client of HTTP/1.1 cannot reach, and the message for each. */
const receivers: Record<string, [message: string, start: (material: TlsMaterial) => Server]> = {
  "speaks HTTP/2 only": [
    "The server does not speak HTTP/1.1, perhaps only HTTP/2.",
    (material) => http2.createSecureServer({ ...material, allowHTTP1: false }),
  ],
  "speaks TLS 1.1 only": [
    "The server speaks only versions of TLS before 1.2.",
    (material) => tls.createServer({ ...material, minVersion: "TLSv1", maxVersion: "TLSv1.1" }),
  ],
  "demands a client certificate": [
    "The server demands a client certificate, which webhooks do not have.",
    (material) => https.createServer({ ...material, requestCert: true, rejectUnauthorized: true }),
  ],
};

test.each(Object.entries(receivers))("a receiver that %s is named as such", async (_, [message, start]) => {
  const material = await makeTls("valid");
  const server = start(material);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const policy = { allowHttp: false, allowedPorts: [], allowedHosts: [host] };
  const sender = createSender({ policy, extraCa: material.ca });
  const request = { url: `https://${host}/`, method: "POST", headers: {}, body: "{}", timeouts: TIMEOUTS } as const;
  expect(await sender.send(request)).toMatchObject({ kind: "error", code: "tls", message });
  await sender.close();
  server.close();
});
