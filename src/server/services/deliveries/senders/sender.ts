import type { ActionMessage } from "@/domain/action/action-type";
import type { HeaderList } from "@/domain/header-list";
import type { AttemptOutcome } from "@/domain/retry";
import type { Env } from "@/env";
import type { ServiceContext } from "@/server/context";

/** The project that sends, and its signing secrets, which no record may show. */
export type SendingProject = { projectId: string; isDemo: boolean; secrets: readonly string[] };

/** The record of a message in the history: an HTTP request, or its target in words. It holds no secret. */
export type MessageRecord = { method: string; url: string; headers: HeaderList } | { to: string };

/** The answer of an HTTP receiver, with masked secrets. */
type HttpAnswer = { status: number; headers: HeaderList; body: string; truncated: boolean };

/** The result of sending a message. `answer` is null if none came, or if the transport has no answers. */
export type SendingResult = {
  outcome: AttemptOutcome;
  message: string;
  durationMs: number;
  answer: HttpAnswer | null;
  /** whether the history may keep the body of the answer */
  keepsBody: boolean;
};

/** Delivers the messages of one transport. */
export type TransportSender = {
  transport: string;
  /**
   * Says in a sentence why this installation sends nothing by this transport, such as a variable that its operator has
   * not set. Null if it sends. Left out: it always does.
   */
  check?(env: Env): string | null;
  /** @param isWhole whether the reader may see credentials, such as the path of a URL */
  describe(message: ActionMessage, options: { isWhole: boolean }): MessageRecord;
  /**
   * Delivers a message within 20 s. The slots expire after LEASE_MS (35 s, see reserveSlots), and the record needs the
   * remaining time. It never throws: each error is an outcome. Members read the message and the reason, so neither may
   * hold a path of the server. If projects share a connection, a folder or a queue, the sender keeps them apart by
   * `from.projectId`.
   */
  send(ctx: ServiceContext, message: ActionMessage, from: SendingProject): Promise<SendingResult>;
};

/** Makes a sender from functions that know the transport's own message type. */
export function defineSender<Message extends ActionMessage>(sender: {
  transport: string;
  check?: (env: Env) => string | null;
  isMine: (message: ActionMessage) => message is Message;
  describe: (message: Message, options: { isWhole: boolean }) => MessageRecord;
  send: (ctx: ServiceContext, message: Message, from: SendingProject) => Promise<SendingResult>;
}): TransportSender {
  const { transport, check } = sender;
  const mine = (message: ActionMessage): Message => {
    if (!sender.isMine(message))
      throw new Error(`A message for ${message.transport} came to the sender of ${transport}.`);
    return message;
  };
  return {
    transport,
    ...(check ? { check } : {}),
    describe: (message, options) => sender.describe(mine(message), options),
    send: (ctx, message, from) => sender.send(ctx, mine(message), from),
  };
}
