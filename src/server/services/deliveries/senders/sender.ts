import type { ActionMessage } from "@/domain/action/action-type";
import type { HeaderList } from "@/domain/header-list";
import type { AttemptOutcome } from "@/domain/retry";
import type { ServiceContext } from "@/server/context";

/** The project that sends, and the signing secrets, which no record may show. */
export type SendFrom = { projectId: string; isDemo: boolean; secrets: readonly string[] };

/** What the history keeps of a message: an HTTP request, or in words where it went. It holds no secret. */
export type SentRecord = { method: string; url: string; headers: HeaderList } | { to: string };

/** The answer of an HTTP receiver, with secrets masked. */
type HttpAnswer = { status: number; headers: HeaderList; body: string; truncated: boolean };

/** What came of a message. `answer` is null for a transport without answers, and if none came. */
export type Sent = {
  outcome: AttemptOutcome;
  message: string;
  durationMs: number;
  answer: HttpAnswer | null;
  /** whether the history may keep the body of the answer */
  keepsBody: boolean;
};

/** Delivers the messages of one transport. */
export type Sender = {
  transport: string;
  /** @param isWhole whether the reader may see credentials, such as the path of a URL */
  describe(message: ActionMessage, options: { isWhole: boolean }): SentRecord;
  /**
   * Delivers within 20 s. The places expire after LEASE_MS (35 s, see reservePlaces), and the record needs the rest.
   * Never throws: each error is an outcome. Members read the message and the reason, so neither has a path of the server.
   *
   * The sender keeps projects apart by `from.projectId`, where they share a connection, a folder or a queue.
   */
  send(ctx: ServiceContext, message: ActionMessage, from: SendFrom): Promise<Sent>;
};

/** Makes a sender from functions that know the transport's own message. */
export function defineSender<Message extends ActionMessage>(sender: {
  transport: string;
  isMine: (message: ActionMessage) => message is Message;
  describe: (message: Message, options: { isWhole: boolean }) => SentRecord;
  send: (ctx: ServiceContext, message: Message, from: SendFrom) => Promise<Sent>;
}): Sender {
  const { transport } = sender;
  const mine = (message: ActionMessage): Message => {
    if (!sender.isMine(message))
      throw new Error(`A message for ${message.transport} came to the sender of ${transport}.`);
    return message;
  };
  return {
    transport,
    describe: (message, options) => sender.describe(mine(message), options),
    send: (ctx, message, from) => sender.send(ctx, mine(message), from),
  };
}
