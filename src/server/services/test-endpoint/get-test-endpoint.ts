import type { ProjectContext } from "@/server/context";
import { hasPermission, requirePermission } from "../access";
import { makeTestEndpointUrl } from "./test-endpoint-url";

const SHOWN_MAX = 50;

export type TestEndpoint = {
  url: string;
  /** received requests, newest first */
  receipts: {
    id: string;
    webhookId: string;
    method: string;
    headers: [string, string][];
    /** the body; null for readers without permission for bodies */
    body: string | null;
    isCut: boolean;
    /** `verified`, or the part of the signature that is wrong */
    signature: string;
    receivedAt: Date;
  }[];
};

/** Returns the built-in test endpoint of a project, and the requests that it received in the last 24 hours. */
export async function getTestEndpoint(ctx: ProjectContext): Promise<TestEndpoint> {
  requirePermission(ctx, "project:read");
  const { projectId } = ctx;
  const [project, receipts] = await Promise.all([
    ctx.db.project.findUniqueOrThrow({ where: { id: projectId }, select: { testEndpointToken: true } }),
    ctx.db.testReceipt.findMany({
      where: { projectId },
      orderBy: [{ receivedAt: "desc" }, { id: "desc" }],
      take: SHOWN_MAX,
      omit: { projectId: true },
    }),
  ]);
  const seesBodies = hasPermission(ctx, "body:read");
  return {
    url: makeTestEndpointUrl(ctx.env.appUrl, project.testEndpointToken),
    receipts: receipts.map(({ headers, body, ...receipt }) => ({
      ...receipt,
      headers: headers as [string, string][],
      body: seesBodies ? body : null,
    })),
  };
}
