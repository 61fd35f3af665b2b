import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { QueryErrorMessage } from "@/components/query-error-message";
import { ButtonLink } from "@/components/ui/button-link";
import { Skeleton } from "@/components/ui/skeleton";
import { isNotFoundError } from "@/lib/trpc/client";

type SubjectNotLoadedProps = {
  kind: "action" | "trigger";
  /** the path of the list of all actions or triggers */
  list: string;
  /** the error of the query; null while it is loading */
  error: { message: string } | null;
  onRetry: () => void;
};

const titles = { action: "Action", trigger: "Trigger" };

/** The page of an action or a trigger that is still loading, does not exist or could not be loaded. */
export function SubjectNotLoaded({ kind, list, error, onRetry }: SubjectNotLoadedProps) {
  if (isNotFoundError(error)) {
    return (
      <EmptyState
        title={`This ${kind} does not exist`}
        description="It may have been deleted."
        actions={<ButtonLink href={list}>All {kind}s</ButtonLink>}
      />
    );
  }
  return (
    <>
      <PageHeader
        title={error ? titles[kind] : <Skeleton width="12rem" />}
        parents={[{ label: `${titles[kind]}s`, href: list }]}
      />
      {error ? (
        <QueryErrorMessage title={`The ${kind} could not be loaded`} message={error.message} onRetry={onRetry} />
      ) : (
        <div aria-busy className="grid gap-5 lg:grid-cols-2">
          <Skeleton className="h-96 rounded-lg" />
          <Skeleton className="h-96 rounded-lg" />
        </div>
      )}
    </>
  );
}
