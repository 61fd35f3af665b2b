import type { ReactNode } from "react";
import { ExecutionList } from "@/features/executions/execution-list";

type LayoutProps = { params: Promise<{ projectId: string }>; children: ReactNode };

/** The list stays as it is while its panel opens, changes and closes: the pages below only give the panel its URL. */
export default async function ExecutionsLayout({ params, children }: LayoutProps) {
  const { projectId } = await params;
  return (
    <>
      <ExecutionList projectId={projectId} />
      {children}
    </>
  );
}
