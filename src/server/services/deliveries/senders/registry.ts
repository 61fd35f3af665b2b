import type { ActionMessage } from "@/domain/action/action-type";
import { httpSender } from "./http-sender";
import type { Sender } from "./sender";

/** The sender of every transport. An action type with a new transport adds its sender here. */
const builtIn: readonly Sender[] = [httpSender];

const senders = new Map(builtIn.map((sender) => [sender.transport, sender]));

/** Returns the sender of a message. @throws Error if the transport has no sender */
export function senderOf({ transport }: ActionMessage): Sender {
  const sender = senders.get(transport);
  if (!sender) throw new Error(`There is no sender for the transport ${transport}`);
  return sender;
}

/** Adds a sender. @returns a function that removes it */
export function registerSender(sender: Sender): () => void {
  if (senders.has(sender.transport)) throw new Error(`The transport ${sender.transport} has a sender already.`);
  senders.set(sender.transport, sender);
  return () => void senders.delete(sender.transport);
}
