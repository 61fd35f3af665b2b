import { z } from "zod";
import { defineActionType, SECRET_IN_SAMPLE_CONFIGURATION, type ActionMessage } from "@/domain/action/action-type";
import { RetryPolicy } from "@/domain/retry";

/*
 * A second action type, for tests: it appends the body as a line to a file. It signs nothing, has a secret of its own
 * (a prefix of the line) and makes no HTTP request. Its name and transport begin with `test-`, which no type of the
 * program does.
 */

const shared = { path: z.string().min(1, "Enter the path of a file."), retry: RetryPolicy.default({ preset: "none" }) };
const Input = z.object({ ...shared, prefix: z.string().optional(), flush: z.boolean().default(false) });
const Stored = z.object({ ...shared, ciphertext: z.string(), flush: z.boolean() });
const Safe = z.object({ ...shared, flush: z.boolean() });

export type LineMessage = ActionMessage<"test-lines"> & { path: string; line: string };

export const linesType = defineActionType<
  z.infer<typeof Input>,
  z.infer<typeof Stored>,
  z.infer<typeof Safe>,
  "test-lines"
>({
  name: "test-lines",
  transport: "test-lines",
  label: "Test lines",
  description: "A line of a file on this machine.",
  hasSigningSecret: false,
  form: [
    {
      title: "File",
      fields: [
        { kind: "text", name: "path", label: "Path", isRequired: true },
        { kind: "text", name: "prefix", label: "Prefix", help: "Stands before each line." },
        { kind: "checkbox", name: "flush", label: "Flush" },
        { kind: "retry" },
      ],
    },
  ],
  input: Input,
  stored: Stored,
  safeForm: Safe,
  blank: { path: "", prefix: "", flush: false, retry: { preset: "none" } },
  sample: { path: "/tmp/lines", prefix: SECRET_IN_SAMPLE_CONFIGURATION, flush: true, retry: { preset: "none" } },
  edit: ({ path, flush, retry }) => ({ path, flush, retry, prefix: "" }),
  withoutSecrets: (input) => ({ ...input, prefix: "" }),
  store: ({ path, prefix, flush, retry }, encrypt, previous) => ({
    path,
    flush,
    retry,
    ciphertext: prefix || !previous ? encrypt(prefix ?? "") : previous.ciphertext,
  }),
  safe: ({ path, flush, retry }) => ({ path, flush, retry }),
  keep: (stored) => stored,
  inFile: (safe) => safe,
  restore: ({ path, flush, retry, ciphertext }, decrypt) => ({
    path,
    flush,
    retry,
    prefix: decrypt(String(ciphertext)),
  }),
  preview: ({ path }) => ({ detail: "thin", template: null, head: `append to ${path}` }),
  targetOf: ({ path }) => ({ verb: "append", address: path }),
  detailOf: () => "thin",
  retryOf: ({ retry }) => retry,
  limitsOf: () => ({ maxConcurrent: 1, maxPerSecond: null }),
  urlsOf: () => [],
  templateOf: () => null,
  message: ({ path, ciphertext }, { decrypt, body }): LineMessage => ({
    transport: "test-lines",
    path,
    line: `${decrypt(ciphertext)}${body}\n`,
  }),
});
