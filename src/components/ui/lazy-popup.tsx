import type { ComponentType } from "react";
import { makeLazyCodeLoader } from "@/lib/lazy-code";
import { loadOnFirstInteraction } from "@/lib/load-on-first-interaction";

/**
 * Makes a component for a popup whose script loads later than the page's first script. The script loads when a person
 * first uses the page. Until the script has loaded, the component shows nothing.
 */
export function makeLazyPopup<Props extends object>(
  fetchCode: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const code = makeLazyCodeLoader(async () => ({ Popup: await fetchCode() }));
  loadOnFirstInteraction(code.load);
  return function LazyPopup(props: Props) {
    const loaded = code.use(true);
    return loaded && <loaded.Popup {...props} />;
  };
}
