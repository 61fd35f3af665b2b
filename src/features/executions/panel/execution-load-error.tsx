import { QueryErrorMessage } from "@/components/query-error-message";
import { EmptyState } from "@/components/empty-state";
import { isNotFoundError } from "@/lib/trpc/client";

/** Shows why an execution could not be loaded: it does not exist, or the query failed. */
export function ExecutionLoadError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (isNotFoundError(error)) {
    return (
      <EmptyState
        title="There is no such execution"
        description="It belongs to another project, or its retention has ended."
      />
    );
  }
  return (
    <div className="p-5">
      <QueryErrorMessage
        title="The execution could not be loaded"
        message={error instanceof Error ? error.message : null}
        onRetry={onRetry}
      />
    </div>
  );
}
