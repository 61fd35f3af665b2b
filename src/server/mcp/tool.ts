import { z } from "zod";
import type { Permission } from "@/domain/access";
import type { TokenActor } from "@/domain/actor";
import type { ProjectContext, ServiceContext } from "@/server/context";
import type { ExecutionHandleSigner } from "./execution-handle-signer";

/** One call of an MCP tool, with the context of its project. */
export type McpToolCall<Input> = {
  base: ServiceContext;
  token: TokenActor;
  project: ProjectContext;
  input: Input;
  handles: ExecutionHandleSigner;
  signal: AbortSignal;
};

type Described = {
  name: string;
  title: string;
  /** The text for the agent: what the tool does, when to use it, and which tool to call first. */
  description: string;
  input: z.ZodRawShape;
  /** The schema of the answer. Fields outside of it never leave the server. */
  answer: z.ZodType<object>;
  permission: Permission;
  /** Whether the tool changes or sends something. */
  writes: boolean;
  /** Whether the answer holds text of observations. The agent is told not to obey such text. */
  hasForeignText: boolean;
};

export type McpTool = Described & { run(call: McpToolCall<unknown>): Promise<unknown> };

export function defineMcpTool<const D extends Described>(
  described: D,
  run: (call: McpToolCall<z.output<z.ZodObject<D["input"]>>>) => Promise<z.input<D["answer"]>>,
): McpTool {
  return { ...described, run: (call) => run(call as McpToolCall<z.output<z.ZodObject<D["input"]>>>) };
}

/** The input fields of tools that list in pages. The pages are small, because agents read all of a page. */
export const mcpPageInput = {
  cursor: z.string().max(5_000).optional().describe("nextCursor of the page before"),
  limit: z.number().int().min(1).max(50).default(10),
};
