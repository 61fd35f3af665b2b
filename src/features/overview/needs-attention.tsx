import { PageLink } from "@/components/ui/page-link";
import { TriangleAlert } from "lucide-react";
import { TroubledActionRow } from "@/features/shared/levers/troubled-action-row";
import { ButtonLink } from "@/components/ui/button-link";
import type { ProjectProblems } from "./types";

/**
 * Lists the actions and triggers with problems that a person has to solve. The action with the most waiting executions
 * comes first.
 */
export function NeedsAttention({ projectId, attention }: { projectId: string; attention: ProjectProblems }) {
  const { actions, triggers, totals } = attention;
  if (actions.length + triggers.length === 0) return null;
  const base = `/projects/${projectId}`;
  return (
    <section aria-labelledby="needs-attention">
      <h2 id="needs-attention" className="mb-2 text-base font-medium">
        Needs attention
      </h2>
      <ul className="divide-y border-y">
        {actions.map((action) => (
          <li key={action.id}>
            <TroubledActionRow projectId={projectId} action={action} />
          </li>
        ))}
        {triggers.map(({ id, name, problem }) => (
          <li key={id} className="flex items-center gap-4 px-4 py-2.5 sm:px-5">
            <div className="min-w-0 flex-1">
              <p className="flex items-center gap-2 text-sm">
                <TriangleAlert aria-hidden className="size-3.5 shrink-0 text-danger-text" />
                <PageLink href={`${base}/triggers/${id}`} className="truncate font-medium hover:underline">
                  {name}
                </PageLink>
                <span className="text-danger-text">Problem</span>
              </p>
              <p className="truncate text-xs text-muted">{problem}</p>
            </div>
            <ButtonLink size="sm" href={`${base}/triggers/${id}?tab=configuration`}>
              Edit
            </ButtonLink>
          </li>
        ))}
      </ul>
      {totals.troubled > actions.length && (
        <p className="mt-2 text-xs text-muted">
          {totals.troubled - actions.length} more on{" "}
          <PageLink href={`${base}/actions`} className="text-accent-text underline underline-offset-2">
            Actions
          </PageLink>
          .
        </p>
      )}
    </section>
  );
}
