import { createTransport } from "nodemailer";

/**
 * An email to send.
 * @property unsubscribe the URL that ends emails of this kind, for the button of mail programs (RFC 8058)
 */
type Mail = { to: string; subject: string; text: string; unsubscribe: string | null };

/** Sends email over SMTP. `send` rejects if the server did not accept the email. */
export type Mailer = { send: (mail: Mail) => Promise<void> };

const TIMEOUT_MS = 15_000;

/** @param smtp the server as a URL, `smtp://user:password@host:587` or `smtps://…`, and the sender's address */
export function createMailer(smtp: { url: string; from: string }): Mailer {
  const transport = createTransport(smtp.url, {
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  } as object);
  return {
    send: async ({ to, subject, text, unsubscribe }) => {
      await transport.sendMail({
        from: smtp.from,
        to,
        subject,
        text,
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
    },
  };
}
