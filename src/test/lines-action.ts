import { appendFile } from "node:fs/promises";
import { registerActionType } from "@/domain/action/registry";
import { registerTransportSender } from "@/server/services/deliveries/senders/registry";
import { defineSender } from "@/server/services/deliveries/senders/sender";
import { linesType, type LineMessage } from "./lines-type";

/** The reason with which the operator has switched the transport off; null while it is on. */
const operator = { off: null as string | null };

const linesSender = defineSender<LineMessage>({
  transport: "test-lines",
  check: () => operator.off,
  isMine: (message): message is LineMessage => message.transport === "test-lines",
  describe: ({ path }) => ({ to: path }),
  send: async (_ctx, { path, line }) => {
    const sent = { durationMs: 0, answer: null, keepsBody: false };
    try {
      await appendFile(path, line);
      return { ...sent, outcome: { kind: "delivered", reason: "Delivered: appended a line." }, message: "Appended." };
    } catch (error) {
      const reason = `the file refused the line (${(error as NodeJS.ErrnoException).code})`;
      return {
        ...sent,
        outcome: { kind: "refused", code: "other", reason },
        message: `Nothing was appended: ${reason}.`,
      };
    }
  },
});

/** Switches the transport off with a reason, or on again with null. */
export function switchLinesActions(off: string | null): void {
  operator.off = off;
}

/** Registers the type and its sender. @returns a function that removes both */
export function registerLinesAction(): () => void {
  switchLinesActions(null);
  const undo = [registerActionType(linesType), registerTransportSender(linesSender)];
  return () => undo.forEach((each) => each());
}
