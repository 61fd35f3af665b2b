import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { createConnectionDialer, type ConnectionDialer, type ConnectionDialerOptions } from "./connection-dialer";

/**
 * How long an idle connection stays open, in ms, unless the receiver asks for less. Many receivers close theirs after 5
 * s.
 */
const IDLE_MS_MAX = 4_000;
/** The most idle connections to one host and port. */
const IDLE_MAX = 64;

const settings: http.AgentOptions = { keepAlive: true, timeout: IDLE_MS_MAX, maxFreeSockets: IDLE_MAX };

/** Node's HTTP agents, which keep connections open by scheme, host and port. */
export type ConnectionAgents = {
  of(url: URL): http.Agent;
  /** Returns an agent that opens a new connection for each request. */
  ofNewConnections(url: URL): http.Agent;
  /** Closes all connections. Requests on them fail. */
  destroy(): void;
};

export function createConnectionAgents(options: ConnectionDialerOptions): ConnectionAgents {
  const dial = createConnectionDialer(options);
  const plain = guarded(new http.Agent(settings), "connect", dial);
  const secure = guarded(new https.Agent(settings), "secureConnect", dial);
  const newPlain = guarded(new http.Agent(), "connect", dial);
  const newSecure = guarded(new https.Agent(), "secureConnect", dial);
  return {
    of: (url) => (url.protocol === "https:" ? secure : plain),
    ofNewConnections: (url) => (url.protocol === "https:" ? newSecure : newPlain),
    destroy() {
      dial.destroy();
      for (const agent of [plain, secure, newPlain, newSecure]) agent.destroy();
    },
  };
}

/** Makes an agent open its connections with `dial`, and close an idle connection that receives bytes. */
function guarded<A extends http.Agent>(agent: A, event: "connect" | "secureConnect", dial: ConnectionDialer): A {
  const make = agent.createConnection.bind(agent);
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  agent.createConnection = (target, done) => void dial.connect(target, event, { make, done: done! });
  agent.keepSocketAlive = (socket) => {
    socket.once("data", hangUp);
    // Node's agent uses the returned socket, although its types do not say so.
    return keep(socket);
  };
  agent.reuseSocket = (socket, request) => {
    socket.off("data", hangUp);
    reuse(socket, request);
  };
  return agent;
}

/** Closes an idle connection that receives bytes: they would count as the answer to its next request. */
function hangUp(this: Duplex): void {
  this.destroy();
}
