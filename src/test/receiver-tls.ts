import { generate } from "selfsigned";

/**
 * Certificates of the receiver. An authority made for the tests signs `valid` and the two faulty ones; its certificate
 * is `Receiver.ca`.
 */
export type TlsVariant = "valid" | "self-signed" | "expired" | "wrong-host";

export type TlsMaterial = { key: string; cert: string; ca: string };

const DAY_MS = 86_400_000;
const keys = { keyType: "ec", algorithm: "sha256" } as const;
const localhost = [
  { type: 2, value: "localhost" },
  { type: 7, ip: "127.0.0.1" },
] as const;

let authority: Promise<{ key: string; cert: string }> | undefined;

/** Makes the key and the certificate of a variant, and the certificate of the authority to trust. */
export async function makeTls(variant: TlsVariant): Promise<TlsMaterial> {
  authority ??= makeAuthority();
  const ca = await authority;
  const altNames = variant === "wrong-host" ? [{ type: 2, value: "other.example" } as const] : [...localhost];
  const dates =
    variant === "expired"
      ? { notBeforeDate: new Date(Date.now() - 3 * DAY_MS), notAfterDate: new Date(Date.now() - DAY_MS) }
      : {};
  const made = await generate([{ name: "commonName", value: "receiver" }], {
    ...keys,
    ...dates,
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "subjectAltName", altNames },
    ],
    ...(variant === "self-signed" ? {} : { ca }),
  });
  return { key: made.private, cert: made.cert, ca: ca.cert };
}

async function makeAuthority(): Promise<{ key: string; cert: string }> {
  const made = await generate([{ name: "commonName", value: "Test authority" }], {
    ...keys,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, digitalSignature: true },
    ],
  });
  return { key: made.private, cert: made.cert };
}
