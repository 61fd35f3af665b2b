import { createTransport } from "nodemailer";

/**
 * An email to send.
 * @property unsubscribe the URL that ends emails of this kind, for the button of mail programs (RFC 8058)
 */
type Mail = { to: string; subject: string; text: string; unsubscribe: string | null };

/** Sends email over SMTP. */
export type Mailer = {
  /** Rejects if the server cannot be reached, or takes no email from this program. */
  check: () => Promise<void>;
  /** Rejects if the server did not accept the email. */
  send: (mail: Mail) => Promise<void>;
};

/** How long the server may be silent, in ms. */
const SILENCE_MS_MAX = 15_000;
/** How long the whole conversation about one email may take, in ms: a server that sends slowly is never silent. */
const CONVERSATION_MS_MAX = 60_000;

/**
 * Makes a mailer for one SMTP server. A password leaves only over TLS, unless the URL ends with `?ignoreTLS=true`.
 * @param smtp the server as a URL, `smtp://user:password@host:587` or `smtps://…`, and the sender's address
 */
export function createMailer(
  smtp: { url: string; from: string },
  { silenceMs = SILENCE_MS_MAX, conversationMs = CONVERSATION_MS_MAX } = {},
): Mailer {
  const { username, searchParams } = new URL(smtp.url);
  const transport = createTransport({
    url: smtp.url,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    // Somebody between this program and the server can remove its offer of TLS.
    requireTLS: username !== "" && searchParams.get("ignoreTLS") !== "true",
  });
  const makeLateError = (): Error => new Error(`The mail server took longer than ${conversationMs} ms.`);
  return {
    async check() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, refuse) => {
        timer = setTimeout(() => refuse(makeLateError()), conversationMs);
      });
      await Promise.race([transport.verify(), late]).finally(() => clearTimeout(timer));
    },
    async send({ to, subject, text, unsubscribe }) {
      // The signal ends the conversation. Otherwise the email could still leave after its failure was recorded.
      const signal = AbortSignal.timeout(conversationMs);
      const conversation = transport.sendMail({
        from: smtp.from,
        to,
        subject,
        text,
        signal,
        ...(unsubscribe
          ? {
              headers: {
                // The header is marked as prepared, because line folding or encoding would break the URL.
                "List-Unsubscribe": { prepared: true, value: `<${unsubscribe}>` },
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
              },
            }
          : {}),
      });
      await conversation.catch((error: unknown) => {
        throw signal.aborted ? makeLateError() : error;
      });
    },
  };
}
