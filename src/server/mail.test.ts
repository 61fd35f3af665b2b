import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createMailer } from "./mail";

type Conversation = { lines: string[]; socket: Socket };

/**
 * Starts a mail server that answers each line of a client with `answer`, after its greeting.
 * @param greeting the first line of the server; null: none
 */
async function startMailServer(greeting: string | null, answer: (line: string) => string | null) {
  const conversations: Conversation[] = [];
  const server = createServer((socket) => {
    const lines: string[] = [];
    conversations.push({ lines, socket });
    if (greeting !== null) socket.write(`${greeting}\r\n`);
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      for (const line of String(data).split("\r\n").filter(Boolean)) {
        lines.push(line);
        const words = answer(line);
        if (words !== null) socket.write(`${words}\r\n`);
      }
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return { conversations, host: `127.0.0.1:${port}` };
}

const from = "ts@example.com";
const email = { to: "you@example.com", subject: "Hello", text: "A text.", unsubscribe: null };
/** Answers as a server without TLS that wants a password. */
function withoutTls(line: string): string {
  if (line.startsWith("EHLO")) return "250-mail.example.com\r\n250 AUTH PLAIN";
  if (line === "STARTTLS") return "502 not implemented";
  return line.startsWith("AUTH") ? "235 yes" : "250 ok";
}

test("a password does not leave for a server that offers no TLS", async () => {
  const { conversations, host } = await startMailServer("220 here", withoutTls);
  const mailer = createMailer({ url: `smtp://user:secret@${host}`, from });
  await expect(mailer.check()).rejects.toThrow(/STARTTLS/i);
  await expect(mailer.send(email)).rejects.toThrow(/STARTTLS/i);
  expect(conversations.flatMap(({ lines }) => lines).filter((line) => line.startsWith("AUTH"))).toEqual([]);
});

test("a password leaves without TLS if the URL says so", async () => {
  const { conversations, host } = await startMailServer("220 here", withoutTls);
  await createMailer({ url: `smtp://user:secret@${host}?ignoreTLS=true`, from }).check();
  expect(conversations[0]!.lines.filter((line) => line.startsWith("AUTH"))).toHaveLength(1);
});

test("an email that takes too long is broken off, so that it cannot leave later", async () => {
  const { conversations, host } = await startMailServer("220 here", (line) =>
    line === "DATA" ? null : "250 mail.example.com",
  );
  const mailer = createMailer({ url: `smtp://${host}`, from }, { conversationMs: 500 });
  await expect(mailer.send(email)).rejects.toThrow("The mail server took longer than 500 ms.");
  const [{ lines, socket } = { lines: [], socket: null }] = conversations;
  await expect.poll(() => socket?.closed).toBe(true);
  expect(lines.at(-1)).toBe("DATA");
});

test("the connection to a silent server is closed", async () => {
  const { conversations, host } = await startMailServer(null, () => null);
  await expect(createMailer({ url: `smtp://${host}`, from }, { silenceMs: 200 }).check()).rejects.toThrow();
  await expect.poll(() => conversations[0]?.socket.closed).toBe(true);
});
