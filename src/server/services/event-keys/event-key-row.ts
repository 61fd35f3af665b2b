import { makeRandomToken, sha256 } from "@/server/crypto";
import { newId } from "@/server/ids";

/** Makes an event key for an application: `tsk_` and 43 characters. */
export const makeRandomEventKey = (): string => `tsk_${makeRandomToken()}`;

/** Makes the database row of an event key. The row holds a hash of the key and its last four characters. */
export const makeEventKeyRow = (input: {
  projectId: string;
  name: string;
  key: string;
  createdById: string | null;
  now: Date;
}) => ({
  id: newId("key"),
  projectId: input.projectId,
  name: input.name,
  hash: sha256(input.key),
  last4: input.key.slice(-4),
  createdById: input.createdById,
  createdAt: input.now,
});
