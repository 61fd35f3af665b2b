import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { RequestFailureError } from "./request-failure";

/**
 * Opens a tunnel to a receiver through an egress proxy (HTTP CONNECT, RFC 9110 section 9.3.6). The user info of the
 * proxy's URL becomes Basic credentials.
 * @param authority the receiver as host:port
 * @throws RequestFailureError; `blocked` for the proxy's answers 403 and 407, which refuse a receiver
 */
export function connectThroughProxy(proxy: URL, authority: string, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const request = (proxy.protocol === "https:" ? https : http).request({
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...credentials(proxy) },
      agent: false,
    });
    const deadline = setTimeout(() => {
      request.destroy(
        new RequestFailureError({ code: "timeout", message: "The egress proxy did not connect in time." }),
      );
    }, timeoutMs);
    const fail = (failure: RequestFailureError): void => {
      clearTimeout(deadline);
      reject(failure);
    };

    request.once("connect", (response, socket, head) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        return fail(denied(response.statusCode));
      }
      clearTimeout(deadline);
      if (head.length > 0) socket.unshift(head);
      resolve(socket as Socket);
    });
    request.once("response", (response) => {
      response.destroy();
      fail(denied(response.statusCode));
    });
    request.on("error", (error) => {
      const unreachable = { code: "refused", message: "The egress proxy cannot be reached." } as const;
      fail(error instanceof RequestFailureError ? error : new RequestFailureError(unreachable));
    });
    request.end();
  });
}

function denied(status: number | undefined): RequestFailureError {
  if (status === 403 || status === 407) {
    return new RequestFailureError({ code: "blocked", message: "The egress proxy does not allow this destination." });
  }
  return new RequestFailureError({ code: "refused", message: "The egress proxy could not connect to the server." });
}

function credentials(proxy: URL): Record<string, string> {
  if (proxy.username === "" && proxy.password === "") return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}
