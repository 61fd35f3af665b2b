import type { ActionMessage } from "@/domain/action/action-type";
import type { TransportName } from "@/domain/action/registry";
import { httpSender } from "./http-sender";
import type { TransportSender } from "./sender";

/** The sender of each transport. An action type with a new transport needs an entry here. */
const builtIn: Record<TransportName, TransportSender> = { http: httpSender };

const senders = new Map<string, TransportSender>(Object.entries(builtIn));

/** @throws Error if the transport has no sender */
export function requireSenderOf({ transport }: Pick<ActionMessage, "transport">): TransportSender {
  const sender = senders.get(transport);
  if (!sender) throw new Error(`There is no sender for the transport ${transport}`);
  return sender;
}

/**
 * Adds the sender of a further transport.
 * @returns a function that removes the sender
 * @throws Error if the transport has a sender already
 */
export function registerTransportSender(sender: TransportSender): () => void {
  if (senders.has(sender.transport)) throw new Error(`The transport ${sender.transport} has a sender already.`);
  senders.set(sender.transport, sender);
  return () => void senders.delete(sender.transport);
}
