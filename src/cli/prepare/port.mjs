import { createServer, isIP } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { CommandProblem } from "./steps.mjs";

export const describePortProblem = (port, code) =>
  code === "EACCES"
    ? `Port ${port} may not be used by this user. Set PORT to one above 1023.`
    : `Port ${port} is in use by another program (or by this one, started before). ` +
      "End that one, or set PORT to another.";

/**
 * Refuses a port that is in use, before the long steps begin. It ignores an invalid value, because the start reports
 * all wrong variables at once.
 */
export async function requireFreePort() {
  const port = Number(process.env.PORT?.trim() || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return;
  // A process that was just killed may still hold its port.
  for (let tries = 8; ; tries--) {
    const codes = await Promise.all(addresses().map((address) => listenOnce(port, address)));
    const code = codes.find((each) => each === "EADDRINUSE" || each === "EACCES");
    if (code === undefined) return;
    if (tries === 0 || code === "EACCES") throw new CommandProblem(describePortProblem(port, code));
    await wait(250);
  }
}

/** Returns the addresses to listen on, as env.ts does. It ignores a wrong HOST, which the start reports. */
function addresses() {
  const host = process.env.HOST?.trim();
  if (!host || host === "localhost") return process.env.APP_URL?.trim() && !host ? ["::"] : ["127.0.0.1", "::1"];
  return host
    .split(",")
    .map((address) => address.trim())
    .filter(isIP);
}

const listenOnce = (port, host) =>
  new Promise((done) => {
    const server = createServer();
    server.once("error", (error) => done(error.code));
    server.listen({ port, host, ipv6Only: host === "::1" }, () => server.close(() => done(undefined)));
  });
