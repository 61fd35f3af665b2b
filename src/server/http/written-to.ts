import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

let starting: ((socket: Socket) => void) | undefined;

// undici announces the socket right after it told the request that it starts, in the same turn of the event loop
subscribe("undici:client:sendHeaders", (message) => {
  const tell = starting;
  starting = undefined;
  tell?.((message as { socket: Socket }).socket);
});

/** To be called when undici starts a request: `tell` hears which connection it is written to, before this turn ends. */
export function onWritten(tell: (socket: Socket) => void): void {
  starting = tell;
}
