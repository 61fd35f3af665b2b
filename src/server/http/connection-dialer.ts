import { isIP, type Socket } from "node:net";
import type { ClientRequestArgs } from "node:http";
import type { Duplex } from "node:stream";
import { createSecureContext, rootCertificates, type ConnectionOptions, type SecureContext } from "node:tls";
import { isAllowedAddress } from "./addresses";
import { classifyFailure, RequestFailureError } from "./request-failure";
import { connectThroughProxy } from "./connect-through-proxy";

/** The longest time to open a connection, or a tunnel through the proxy, in ms, even if a request allows more. */
const CONNECT_MS_MAX = 5000;

/** How long one address of a name may take to connect, in ms, before the next address is tried beside it. */
const NEXT_ADDRESS_AFTER_MS = 500;

export type ConnectionDialerOptions = {
  /**
   * Whether to check hosts that are IP addresses, for which Node calls no `lookup`; false for hosts that the operator
   * allows.
   */
  checkLiterals: boolean;
  /** The PEM of a certificate authority to trust besides the public ones. */
  extraCa?: string | undefined;
  /** The URL of an egress proxy. The proxy then resolves names and decides which addresses are allowed. */
  proxyUrl?: string | undefined;
};

type Target = ClientRequestArgs & Pick<ConnectionOptions, "ALPNProtocols" | "secureContext" | "socket">;
type Connect = (target: ClientRequestArgs) => Duplex | null | undefined;
type Done = (error: Error | null, socket: Duplex) => void;
export type ConnectionDialer = ReturnType<typeof createConnectionDialer>;

/**
 * Makes connections for the HTTP agents: it checks hosts that are IP addresses, and uses the proxy if one is set. Names
 * are checked by the `lookup` of each request. It reports a connection when it can carry a request. Every error is a
 * RequestFailureError.
 */
export function createConnectionDialer(options: ConnectionDialerOptions) {
  const dialling = new Set<Duplex>();
  let secureContext: SecureContext | undefined;
  const trust = (extraCa: string) => (secureContext ??= createSecureContext({ ca: [...rootCertificates, extraCa] }));
  const families = { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS };

  /** @param event the socket's event that shows that it can carry a request */
  function connect(
    given: ClientRequestArgs,
    event: "connect" | "secureConnect",
    { make, done }: { make: Connect; done: Done },
  ): void {
    const fail = (error: unknown): void =>
      done(new RequestFailureError(classifyFailure(error, "connect")), undefined as never);
    const target: Target = {
      ...given,
      ...(event === "secureConnect" && options.extraCa ? { secureContext: trust(options.extraCa) } : {}),
      ALPNProtocols: ["http/1.1"],
    };
    const host = target.host ?? "";
    if (options.checkLiterals && isIP(host) !== 0 && !isAllowedAddress(host)) {
      const message = "The address is not public. Webhooks can only be sent to public addresses.";
      process.nextTick(fail, new RequestFailureError({ code: "blocked", stage: "ip", message }));
    } else if (options.proxyUrl === undefined) {
      untilReady(make({ ...target, ...families }), event, { fail, done });
    } else {
      const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${target.port}`;
      connectThroughProxy(new URL(options.proxyUrl), authority, CONNECT_MS_MAX).then((socket) => {
        const through: Target = { ...target, socket };
        if (event === "secureConnect") untilReady(make(through), event, { fail, done });
        else done(null, socket);
      }, fail);
    }
  }

  function untilReady(
    made: Duplex | null | undefined,
    event: string,
    { fail, done }: { fail: (error: unknown) => void; done: Done },
  ) {
    if (!made) throw new Error("the agent made no connection");
    const socket = made as Socket;
    const late = new RequestFailureError({ code: "timeout", message: "The connection could not be made in time." });
    const timer = setTimeout(() => socket.destroy(late), CONNECT_MS_MAX);
    dialling.add(socket);
    const settle = (tell: () => void): void => {
      if (!dialling.delete(socket)) return;
      clearTimeout(timer);
      tell();
    };
    socket
      .once(event, () => settle(() => done(null, socket)))
      // The error listener stays: between two requests nothing else handles errors of the socket.
      .on("error", (error) => settle(() => fail(error)))
      .once("close", () => settle(() => fail({ code: "ECONNRESET" })));
  }

  return {
    connect,
    /** Closes the connections that are still being opened. */
    destroy: (): void => dialling.forEach((socket) => void socket.destroy()),
  };
}
