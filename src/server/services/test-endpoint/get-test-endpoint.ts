import type { ProjectContext } from "@/server/context";
import { hasPermission, requirePermission } from "../access";
import { makeTestEndpointUrl } from "./test-endpoint-url";

const SHOWN_MAX = 50;

export type TestEndpoint = {
  url: string;
  /** the requests that the test endpoint received, newest first */
  receipts: {
    id: string;
    webhookId: string;
    method: string;
    headers: [string, string][];
    /** the body of the request; null for readers without the permission `body:read` */
    body: string | null;
    isCut: boolean;
    /** `verified`, or what is wrong with the request's signature */
    signature: string;
    receivedAt: Date;
  }[];
};

/** Returns the URL of a project's built-in test endpoint, and the latest 50 requests that it received. */
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
