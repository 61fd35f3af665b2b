import type { ActionMessage } from "@/domain/action/action-type";
import type { HeaderList } from "@/domain/header-list";
import type { AttemptOutcome } from "@/domain/retry";
import type { Env } from "@/env";
import type { ServiceContext } from "@/server/context";

/**
 * The project in whose name a message is sent, and the action's signing secrets, which must be masked in every stored
 * record.
 */
export type SendingProject = { projectId: string; isDemo: boolean; secrets: readonly string[] };

/**
 * The sent message in the history of an execution: an HTTP request without its body, or the target in words. It holds
 * no secret, unless it was described with `isWhole` for a reader who may see secrets.
 */
export type MessageDescription = { method: string; url: string; headers: HeaderList } | { to: string };

/** The answer of an HTTP receiver, with masked secrets. */
type HttpAnswer = { status: number; headers: HeaderList; body: string; truncated: boolean };

/**
 * The result of sending one message. `answer` is null if no answer came, or if receivers of the transport send none.
 */
export type MessageSendResult = {
  outcome: AttemptOutcome;
  message: string;
  durationMs: number;
  answer: HttpAnswer | null;
  /** whether the answer's body may be stored in the history of the execution */
  keepsBody: boolean;
};

/** Delivers the messages of one transport, such as HTTP. */
export type TransportSender = {
  transport: string;
  /**
   * Returns a sentence on why this installation cannot send by this transport, for instance an environment variable
   * that is not set. Null if it can send. A sender without this function can always send.
   */
  check?(env: Env): string | null;
  /** @param isWhole shows secrets too, such as the whole URL, for a reader who may see them */
  describe(message: ActionMessage, options: { isWhole: boolean }): MessageDescription;
  /**
   * Delivers a message within 20 s, because the reserved slots expire after 35 s. It never throws: each error is an
   * outcome. Members of the project read `message`, so it must not contain file paths of the server. If projects share
   * a connection or a folder, the sender separates them by `from.projectId`.
   */
  send(ctx: ServiceContext, message: ActionMessage, from: SendingProject): Promise<MessageSendResult>;
};

/**
 * Makes a TransportSender from functions that take the transport's own message type. `isMine` tells whether a message
 * has this type.
 */
export function defineSender<Message extends ActionMessage>(sender: {
  transport: string;
  check?: (env: Env) => string | null;
  isMine: (message: ActionMessage) => message is Message;
  describe: (message: Message, options: { isWhole: boolean }) => MessageDescription;
  send: (ctx: ServiceContext, message: Message, from: SendingProject) => Promise<MessageSendResult>;
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
