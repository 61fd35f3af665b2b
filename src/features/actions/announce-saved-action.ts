import { toast } from "@/components/ui/toast";

/** How long a warning after a save is shown, in ms. Warnings are long texts and need more time than other toasts. */
const WARNING_MS = 20_000;

/** Shows a toast that an action was saved, with the server's warning if there is one. */
export function announceSavedAction(title: "Action created" | "Action saved", warning: string | null): void {
  if (warning === null) toast.success(title);
  else toast.info(`${title}, with a warning`, { description: warning, timeoutMs: WARNING_MS });
}
