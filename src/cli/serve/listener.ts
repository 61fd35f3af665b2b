import { createServer, type Server, type Socket } from "node:net";
import { readErrorCode } from "@/server/platform/error-code";
import { describePortProblem } from "../prepare/port.mjs";
import { StartProblem } from "@/server/db/start-problem";

export type PortListener = {
  /** The IP addresses on which the port is open. */
  addresses: string[];
  close(): void;
};

/**
 * Listens on one port at all given addresses. Accepted connections are paused, so that another process can read their
 * first bytes.
 * @throws StartProblem if the port or an address cannot be used
 */
export async function listenOnPort(options: {
  port: number;
  addresses: readonly string[];
  onConnection: (socket: Socket) => void;
}): Promise<PortListener> {
  const { port, addresses, onConnection } = options;
  const servers = new Map<string, Server>();
  const close = (): void => servers.forEach((server) => server.close());
  try {
    for (const address of addresses) {
      const server = createServer({ pauseOnConnect: true, noDelay: true }, onConnection);
      const code = await listenOn(server, { port, host: address, ipv6Only: addresses.length > 1 });
      if (code === undefined) servers.set(address, server);
      // On a machine without IPv6, 0.0.0.0 replaces `::`, and `::1` is left out.
      else if (hasNoAddress(code) && address === "::" && addresses.length === 1)
        return await listenOnPort({ ...options, addresses: ["0.0.0.0"] });
      else if (!(hasNoAddress(code) && address === "::1" && addresses.length > 1))
        throw new StartProblem(listenProblem(port, address, code));
    }
  } catch (error) {
    close();
    throw error;
  }
  return { addresses: [...servers.keys()], close };
}

const hasNoAddress = (code: string): boolean => code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";

const listenProblem = (port: number, address: string, code: string): string =>
  hasNoAddress(code)
    ? `HOST names ${address}, which is no address of this machine. Set HOST to one of its addresses, or to :: for all.`
    : describePortProblem(port, code);

/**
 * Listens on one address.
 * @returns the error code; undefined once it listens
 */
function listenOn(
  server: Server,
  { port, host, ipv6Only }: { port: number; host: string; ipv6Only: boolean },
): Promise<string | undefined> {
  return new Promise((done) => {
    server.once("error", (error) => done(readErrorCode(error)));
    server.listen({ port, host, ipv6Only: ipv6Only && host.includes(":") }, () => done(undefined));
  });
}
