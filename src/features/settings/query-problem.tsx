import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";

/** Why a list could not be loaded, with a way to try again. */
export function QueryProblem({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <Banner
      tone="danger"
      title="This could not be loaded"
      action={
        <Button size="sm" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {message}
    </Banner>
  );
}
