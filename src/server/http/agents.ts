import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import { createDial, type Dial, type DialOptions } from "./dial";

/** An idle connection is closed after so long, ms, or sooner where the server says so. Many servers close theirs at 5 s. */
const IDLE_MS_MAX = 4_000;
/** Idle connections to one host and port that are kept. */
const IDLE_MAX = 64;

const settings: http.AgentOptions = { keepAlive: true, timeout: IDLE_MS_MAX, maxFreeSockets: IDLE_MAX };

/** Connections that are kept alive, by scheme, host and port. */
export type Agents = {
  of(url: URL): http.Agent;
  /** Ends all connections, and what is on them. */
  destroy(): void;
};

export function createAgents(options: DialOptions): Agents {
  const dial = createDial(options);
  const plain = guarded(new http.Agent(settings), "connect", dial);
  const secure = guarded(new https.Agent(settings), "secureConnect", dial);
  return {
    of: (url) => (url.protocol === "https:" ? secure : plain),
    destroy() {
      dial.destroy();
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Makes an agent's connections through `dial`, and ends an idle one that receives bytes. */
function guarded<A extends http.Agent>(agent: A, event: "connect" | "secureConnect", dial: Dial): A {
  const make = agent.createConnection.bind(agent);
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  agent.createConnection = (target, done) => void dial.connect(target, event, make, done!);
  agent.keepSocketAlive = (socket) => {
    socket.once("data", hangUp);
    // Node asks for the answer, which its types leave out
    return keep(socket);
  };
  agent.reuseSocket = (socket, request) => {
    socket.off("data", hangUp);
    reuse(socket, request);
  };
  return agent;
}

/** Bytes that nobody asked for would be taken for the answer to the next request. */
function hangUp(this: Duplex): void {
  this.destroy();
}
