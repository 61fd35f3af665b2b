import { z } from "zod";
import { describeRedactionRule, RedactionRules, type RedactionRule } from "@/domain/redaction/rules";
import type { ProjectContext } from "@/server/context";
import { makeRandomToken } from "@/server/crypto";
import { AppError } from "@/server/errors";
import { requirePermission } from "../access";
import { writeAuditEntry } from "../write-audit-entry";
import { dropCachedRedactionRules } from "./cached-redaction-rules";

export const SetRedactionInput = z.object({
  rules: RedactionRules,
  /** the version of the rules that the person has changed; without it, the new rules replace any version */
  expectedVersion: z.int().min(0).optional(),
});
export type SetRedactionInput = z.infer<typeof SetRedactionInput>;

/**
 * Sets the redaction rules of a project. All processes apply them to new events within a second. Stored data stays
 * unchanged. All triggers are compiled again, because filters must contain the hashes of redacted values.
 * @throws AppError CONFLICT if the rules have another version than `expectedVersion`
 */
export async function setRedaction(ctx: ProjectContext, input: SetRedactionInput): Promise<{ version: number }> {
  requirePermission(ctx, "redaction:manage");
  const { projectId } = ctx;
  const version = await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM project WHERE id = ${projectId} FOR NO KEY UPDATE`;
    const before = await tx.redaction.findUnique({ where: { projectId }, select: { rules: true, version: true } });
    if (input.expectedVersion !== undefined && input.expectedVersion !== (before?.version ?? 0))
      throw new AppError("CONFLICT", "Somebody else has changed these rules meanwhile. Load the page again.");
    const data = { rules: input.rules, version: (before?.version ?? 0) + 1, updatedAt: ctx.now() };
    await tx.redaction.upsert({
      where: { projectId },
      create: { ...data, projectId, saltCiphertext: ctx.cipher.encrypt(makeRandomToken()) },
      update: data,
    });
    // This update changes no value. It fires a database trigger that records every trigger of the project as changed.
    await tx.$executeRaw`UPDATE trigger_configuration SET version = version
      WHERE project_id = ${projectId} AND deleted_at IS NULL`;
    await writeAuditEntry(ctx, tx, { action: "redaction.set", targetId: projectId, summary: summaryOf(input.rules) });
    return data.version;
  });
  dropCachedRedactionRules(ctx.db, projectId);
  return { version };
}

const summaryOf = (rules: readonly RedactionRule[]): string =>
  rules.length === 0
    ? "Removed all redaction rules"
    : `Set the redaction rules: ${rules.map(describeRedactionRule).join("; ")}`;
