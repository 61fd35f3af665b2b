import type { ComponentType } from "react";
import { makeLazyCode } from "@/lib/lazy-code";
import { loadOnFirstInteraction } from "@/lib/load-on-first-interaction";

/**
 * Makes a component of a popup whose code is not part of the page's first script. The code loads at the first sign of a
 * person. Render it only once the popup is open.
 */
export function makeLazyPopup<Props extends object>(
  fetchCode: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  const code = makeLazyCode(async () => ({ Popup: await fetchCode() }));
  loadOnFirstInteraction(code.load);
  return function LazyPopup(props: Props) {
    const loaded = code.use(true);
    return loaded && <loaded.Popup {...props} />;
  };
}
