import { Banner } from "./ui/banner";
import { Button } from "./ui/button";

type QueryProblemProps = {
  /** the title of the message; by default "This could not be loaded" */
  title?: string;
  message: string | null;
  onRetry: () => void;
};

/** Shows a failed query: its message, and a button that tries again. */
export function QueryErrorMessage({ title = "This could not be loaded", message, onRetry }: QueryProblemProps) {
  return (
    <Banner
      tone="danger"
      title={title}
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
