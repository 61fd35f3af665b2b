import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { buildConnector } from "undici";
import { checkAddress } from "./addresses";
import { classify, FailureError } from "./failure";
import { connectThroughProxy } from "./proxy";
import { lookupWith, type CheckedResolve } from "./resolve";

/** No connection is waited for longer than this, whatever a request asks for. */
const CONNECT_MS_MAX = 5000;

/** How long one address of several is waited for before the next one is tried. */
const NEXT_ADDRESS_AFTER_MS = 500;

export type DialOptions = {
  resolve: CheckedResolve;
  /** check IP literals, for which Node asks no lookup; false for exempt hosts */
  checkLiterals: boolean;
  /** PEM of a certificate authority to trust besides the public ones */
  extraCa?: string;
  /** dial through this proxy, which then resolves and enforces */
  proxyUrl?: string;
};

/** Makes connections for undici. Every error it reports is a FailureError. */
export function createConnector(options: DialOptions): buildConnector.connector {
  const direct = buildConnector({
    timeout: CONNECT_MS_MAX,
    lookup: lookupWith(options.resolve),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    ...(options.extraCa === undefined ? {} : { ca: [...rootCertificates, options.extraCa] }),
  });
  const dial = options.proxyUrl === undefined ? direct : throughProxy(options.proxyUrl, direct);

  return (target, callback) => {
    if (options.checkLiterals && isIP(target.hostname) !== 0 && !checkAddress(target.hostname)) {
      const message = "The address is not public. Webhooks can only be sent to public addresses.";
      process.nextTick(callback, new FailureError({ code: "blocked", stage: "ip", message }), null);
      return;
    }
    dial(target, (error, socket) => {
      // undici would dial again for ever on some codes of its own, so it gets none of them
      if (error) callback(new FailureError(classify(error, "connect")), null);
      else callback(null, socket);
    });
  };
}

function throughProxy(proxyUrl: string, direct: buildConnector.connector): buildConnector.connector {
  return (target, callback) => {
    const port = target.port === "" ? (target.protocol === "https:" ? "443" : "80") : target.port;
    const host = target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname;
    connectThroughProxy(new URL(proxyUrl), `${host}:${port}`, CONNECT_MS_MAX).then(
      (socket) => {
        if (target.protocol === "https:") process.nextTick(direct, { ...target, httpSocket: socket }, callback);
        else process.nextTick(callback, null, socket);
      },
      (error: unknown) => process.nextTick(callback, error, null),
    );
  };
}
